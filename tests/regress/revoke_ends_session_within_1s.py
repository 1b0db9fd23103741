#!/usr/bin/python3
"""key revoke ends the live session in mid-transfer, within a second."""
from harness import Server, run
from harness.device import ends_in_transfer


def test(t):
    server = Server(t)
    device = server.device()
    ends_in_transfer(t, device, "key", "revoke", device.key.fingerprint)


run(test)
