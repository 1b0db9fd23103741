#!/usr/bin/python3
"""A disabled device is refused until it is enabled again."""
from harness import Server, check, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    server.admin_ok("device", "disable", device.name)
    done = device.poll()
    check(done.code != 0 and done.out == "", f"refused: {done}")
    eq(server.events.wait("login.refused")["reason"], "device disabled",
       "reason")
    server.admin_ok("device", "enable", device.name)
    device.poll().ok()


run(test)
