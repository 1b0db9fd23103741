#!/usr/bin/python3
"""A revoked key is unknown; the device's other key goes on."""
from harness import Key, Server, check, eq, run
from harness.clients import Device


def test(t):
    server = Server(t)
    device = server.device()
    spare = Device(server, device.name, Key(t, "spare"))
    server.admin_ok("key", "add", device.name, spare.key.pub)
    device.poll().ok()
    spare.poll().ok()
    server.admin_ok("key", "revoke", device.key.fingerprint)
    done = device.poll()
    check(done.code != 0 and done.out == "", f"refused: {done}")
    eq(server.events.wait("login.refused")["reason"], "unknown key", "reason")
    spare.poll().ok()


run(test)
