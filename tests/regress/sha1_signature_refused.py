#!/usr/bin/python3
"""An ssh-rsa (SHA-1) signature is refused, and the event says why."""
from harness import Server, check, run
from harness.packets import (USERAUTH_SUCCESS, auth_wire, public_key_query,
                             public_key_request)


def test(t):
    server = Server(t, login_grace=3)
    device = server.device(kind="rsa", bits=2048)
    for rest in (lambda wire: public_key_query(device.key),
                 lambda wire: public_key_request(wire, device.user,
                                                 device.key)):
        wire = auth_wire(device)
        wire.userauth(device.user, "publickey", rest(wire))
        got = wire.receive(8)
        check(got is None or got[0] != USERAUTH_SUCCESS, "refused")
        wire.transport.close()
    check(not server.events.find("login"), "nobody logged in")
    said = [e for e in server.events.read()
            if "compat openwrt-15.05" in str(e.get("reason"))]
    check(said, "the event says what it would take")
    device.poll("ssh").ok()


run(test)
