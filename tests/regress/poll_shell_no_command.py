#!/usr/bin/python3
"""A shell without a command is a legacy poll."""
from harness import Server, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    for client in ("dbclient", "ssh"):
        done = device.poll(client, command=None, options=("-T",)).ok()
        eq(done.out, "0\n", f"the answer to {client}")
    server.events.wait("heartbeat", count=2)


run(test)
