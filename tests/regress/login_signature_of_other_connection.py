#!/usr/bin/python3
"""A login signature is good for its own connection only."""
from harness import Server, check, run
from harness.packets import USERAUTH_SUCCESS, auth_wire, public_key_request


def test(t):
    server = Server(t, login_grace=15)
    device = server.device()
    first, second = auth_wire(device), auth_wire(device)
    request = public_key_request(first, device.user, device.key)
    first.userauth(device.user, "publickey", request)
    check(first.receive()[0] == USERAUTH_SUCCESS, "good where it was made")
    second.userauth(device.user, "publickey", request)
    got = second.receive()
    check(got is None or got[0] != USERAUTH_SUCCESS, "refused elsewhere")
    second.transport.close()
    one = server.events.wait("login")["conn"]
    server.events.wait("session.close", conn=lambda number: number != one)
    check(len(server.events.find("login")) == 1, "one login")


run(test)
