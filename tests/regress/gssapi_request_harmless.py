#!/usr/bin/python3
"""A gssapi-with-mic request is refused; the worker lives (libssh would run
Kerberos and the resolver)."""
from harness import Server, check, eq, run
from harness.packets import (USERAUTH_FAILURE, USERAUTH_SUCCESS, auth_wire,
                             public_key_request, string)

KRB5 = bytes.fromhex("06092a864886f712010202")


def test(t):
    server = Server(t)
    device = server.device()
    workers = server.workers()
    for rest in (b"\0\0\0\1" + string(KRB5), b"\0\0\0\0",
                 b"\0\0\0\2" + string(KRB5) * 2):
        wire = auth_wire(device)
        wire.userauth(device.user, "gssapi-with-mic", rest)
        got = wire.receive()
        if got is not None:         # an end would be an answer, too
            eq(got[0], USERAUTH_FAILURE, "the answer")
            wire.userauth(device.user, "publickey", public_key_request(
                wire, device.user, device.key))
            eq(wire.receive()[0], USERAUTH_SUCCESS, "the key after it")
    check(server.workers() == workers, "no worker was lost")
    check(not server.events.find("worker.exit"), "no worker left")
    device.poll().ok()


run(test)
