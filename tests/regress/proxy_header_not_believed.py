#!/usr/bin/python3
"""A PROXY header is garbage: nobody chooses the address that is logged."""
from harness import Server, eq, run
from harness.packets import closed_within, send


def test(t):
    server = Server(t, login_grace=15)
    v2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(
        [192, 0, 2, 1, 192, 0, 2, 2, 0, 22, 0, 23])
    for header in (v2, b"PROXY TCP4 192.0.2.1 192.0.2.2 22 23\r\n"):
        sock = server.connect()
        send(sock, header + b"SSH-2.0-x\r\n")
        closed_within(sock)
    server.events.wait("session.close", count=2)
    closed = [e["addr"] for e in server.events.find("session.close")]
    eq(closed, ["127.0.0.1"] * 2, "addresses in the log")


run(test)
