#!/usr/bin/python3
"""Six refused keys, then the connection is ended; five are forgiven."""
from harness import Key, Server, eq, run
from harness.packets import (USERAUTH_FAILURE, USERAUTH_SUCCESS, auth_wire,
                             public_key_query, public_key_request)


def refused(wire, device, keys):
    """How many of these keys were answered with a failure."""
    for number, key in enumerate(keys):
        wire.userauth(device.user, "publickey", public_key_query(key))
        got = wire.receive()
        if got is None:
            return number
        eq(got[0], USERAUTH_FAILURE, "the answer to an unknown key")
    return len(keys)


def test(t):
    server = Server(t)
    device = server.device()
    keys = [Key(t, f"unknown-{n}") for n in range(8)]
    wire = auth_wire(device)
    eq(refused(wire, device, keys[:5]), 5, "failures")
    wire.userauth(device.user, "publickey",
                  public_key_request(wire, device.user, device.key))
    eq(wire.receive()[0], USERAUTH_SUCCESS, "the right key after five")

    server.events.wait("login")
    after = server.events.mark()
    wire = auth_wire(device)
    count = refused(wire, device, keys)
    eq(count in (5, 6), True, f"ended after {count} failures: six or less")
    server.events.wait("session.close", after=after, reason="too many login attempts")
    eq(len(server.events.find("login.refused", after)), 6, "refusals logged")
    said = server.events.find(None, after, reason="too many login attempts")
    eq(len(said), 1, "events that say so")


run(test)
