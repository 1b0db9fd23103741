#!/usr/bin/python3
"""The request's success comes before the answer; then status, EOF, close."""
from harness import Server, eq, run
from harness.packets import Wire, string


def test(t):
    server = Server(t)
    wire = Wire(server.device().login(), 91, 93, 94, 96, 97, 98, 99, 100)
    wire.send(bytes([90]) + string("session") + b"\0\0\0\7" +
              b"\0\x20\0\0" + b"\0\0\x80\0")
    kind, body = wire.receive()
    eq(kind, 91, "CHANNEL_OPEN_CONFIRMATION")
    remote = body[4:8]
    wire.send(bytes([98]) + remote + string("exec") + b"\1" + string("x"))
    seen = []
    while not seen or seen[-1] != 97:
        kind, body = wire.receive()
        if kind != 93:                  # WINDOW_ADJUST: whenever it likes
            seen.append(kind)
        if kind == 94:
            eq(body[4:], string("0\n"), "data")
        if kind == 98:
            eq(body[4:], string("exit-status") + b"\0" + b"\0\0\0\0",
               "request")
    eq(seen[:2], [99, 94], "success, then the answer")
    eq(sorted(seen[2:4]), [96, 98], "exit-status and EOF")
    eq(seen[4:], [97], "CHANNEL_CLOSE")


run(test)
