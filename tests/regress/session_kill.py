#!/usr/bin/python3
"""session kill ends the live session within a second; in the event log its
forward's connection ends before it."""
from harness import Server, eq, run
from harness.device import ends_in_transfer


def test(t):
    server = Server(t)
    device = server.device()
    ends_in_transfer(t, device, "session", "kill", device.name)
    closed = server.events.wait("conn.close")
    eq(closed["reason"], "killed by an operator", "why its connection ended")
    names = [e["event"] for e in server.events.find(None, conn=closed["conn"])]
    eq(names[-2:], ["conn.close", "session.close"], "in this order")


run(test)
