#!/usr/bin/python3
"""A device logs in by its id or its alias."""
from harness import Server, eq, run


def test(t):
    server = Server(t)
    device = server.device("6466b34bde54", "--alias", "barn")
    for user in ("6466b34bde54", "device6466b34bde54", "barn"):
        device.user = user
        eq(device.poll().ok().out, "0\n", user)
        server.events.wait("login", device="6466b34bde54")


run(test)
