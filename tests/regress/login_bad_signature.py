#!/usr/bin/python3
"""A signature that does not hold: refused, bounded, and said."""
from harness import Server, check, run
from harness.packets import (USERAUTH_SUCCESS, auth_wire,
                             public_key_request)


def test(t):
    server = Server(t, login_grace=15)
    device = server.device()
    wire = auth_wire(device)
    wire.userauth(device.user, "publickey",
                  public_key_request(wire, device.user, device.key, True))
    got = wire.receive()        # a failure, or the end: libssh says nothing
    check(got is None or got[0] != USERAUTH_SUCCESS, "refused")
    server.events.wait(("login.refused", "limit", "session.close"))
    check(not server.events.find("login"), "nobody logged in")
    device.poll().ok()


run(test)
