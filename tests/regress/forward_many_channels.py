#!/usr/bin/python3
"""64 connections through one device; the 65th is refused alone."""
from harness import Server, dial, eq, fresh_port, run
from harness.device import Listener, echo
from harness.packets import closed_within


def say(s, text):
    s.sendall(text)
    return s.recv(len(text))


def test(t):
    server = Server(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    device.ask_and_open(service, port, client="ssh")
    held = []
    for number in range(64):
        s = dial(port)
        t.closers.append(s.close)
        held.append(s)
        eq(say(s, b"%04d" % number), b"%04d" % number, "echo")
    with dial(port) as s:
        eq(closed_within(s), True, "the 65th is closed")
    server.events.wait("limit")
    for s in held:
        eq(say(s, b"still"), b"still", "the others")
    held.pop().close()
    server.events.wait("conn.close", bytes_in=9)
    with dial(port) as s:
        eq(say(s, b"again"), b"again", "a place was free again")


run(test)
