#!/usr/bin/python3
"""Public key is the only method: it is all that is offered and accepted."""
from harness import Server, eq, run
from harness.packets import (USERAUTH_FAILURE, USERAUTH_SUCCESS, auth_wire,
                             public_key_request, string)

FAILURE = string("publickey") + b"\0"


def test(t):
    server = Server(t, max_auth_tries=20)
    device = server.device()
    for user in (device.user, "root", "nobody-we-know"):
        wire = auth_wire(device)
        for method, rest in (("none", b""),
                             ("password", b"\0" + string("secret")),
                             ("password", b"\1" + string("a") + string("b")),
                             ("keyboard-interactive", string("") * 2),
                             ("hostbased", string("ssh-ed25519") +
                              string("x") * 4),
                             ("no-such-method", b"")):
            wire.userauth(user, method, rest)
            kind, body = wire.receive()
            eq((kind, body), (USERAUTH_FAILURE, FAILURE), method)
    wire.userauth(device.user, "none")      # and then the key still opens
    wire.receive()
    wire = auth_wire(device)
    wire.userauth(device.user, "publickey",
                  public_key_request(wire, device.user, device.key))
    eq(wire.receive()[0], USERAUTH_SUCCESS, "the key")


run(test)
