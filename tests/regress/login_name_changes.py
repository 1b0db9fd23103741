#!/usr/bin/python3
"""A name that changes between tries gains nothing (RFC 4252, section 5)."""
from harness import Server, check, run
from harness.packets import (USERAUTH_SUCCESS, auth_wire, public_key_request)


def test(t):
    server = Server(t)
    one, two = server.device("one"), server.device("two")
    wire = auth_wire(one)
    wire.userauth(two.user, "publickey",
                  public_key_request(wire, two.user, one.key))
    got = wire.receive()
    check(got is None or got[0] != USERAUTH_SUCCESS, "refused")
    server.events.wait("login.refused", reason="key of another device")
    check(not server.events.find("login"), "nobody logged in")


run(test)
