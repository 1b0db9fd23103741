#!/usr/bin/python3
"""An ssh-rsa (SHA-1) signature is refused, and the event says why."""
from harness import Server, check, run
from harness.packets import (USERAUTH_SUCCESS, auth_wire, public_key_query,
                             public_key_request)


def test(t):
    server = Server(t, login_grace=15)
    device = server.device(kind="rsa", bits=2048)
    for rest in (lambda wire: public_key_query(device.key),
                 lambda wire: public_key_request(wire, device.user,
                                                 device.key)):
        wire = auth_wire(device)
        wire.userauth(device.user, "publickey", rest(wire))
        got = wire.receive()
        check(got is None or got[0] != USERAUTH_SUCCESS, "refused")
        wire.transport.close()
    # The event says what it would take.
    server.events.wait(None, reason=lambda r: "compat openwrt-15.05" in r)
    check(not server.events.find("login"), "nobody logged in")
    device.poll("ssh").ok()


run(test)
