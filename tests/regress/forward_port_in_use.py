#!/usr/bin/python3
"""A listed port that somebody else holds is refused with that reason."""
from harness import Server, eq, run
from harness.device import Listener, hold


def test(t):
    server = Server(t)
    device = server.device()
    port = Listener(t, hold).port
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    device.answer()
    tunnel = device.tunnel((22, port), client="ssh")
    event = server.events.wait("forward.refused")
    eq((event["sport"], event["reason"]), (port, "port in use"), "event")
    eq(tunnel.wait(), 255, "status of ssh")


run(test)
