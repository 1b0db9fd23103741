#!/usr/bin/python3
"""device disable ends the live session within a second."""
from harness import Server, run
from harness.device import ends_in_transfer


def test(t):
    server = Server(t)
    device = server.device()
    ends_in_transfer(t, device, "device", "disable", device.name)


run(test)
