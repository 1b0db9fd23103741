#!/usr/bin/python3
"""Whatever a device sends, an event stays one line of plain JSON."""
import paramiko

from harness import Server, check, run
from harness.packets import (Wire, auth_wire, closed_within, public_key_query,
                             send, string)

EVIL = '\n{"event":"admin"}\r\x1b[31m\x07\x00\x7f\x85\u202e\u2066"\\\t'


def plain(server):
    """Every line is JSON (Events checks), and no text can do harm."""
    for event in server.events.read():
        for text in texts(event):
            for char in text:
                code = ord(char)
                check(code >= 32 and not 127 <= code < 160
                      and code not in (0x200e, 0x200f, 0x2028, 0x2029)
                      and not 0x202a <= code <= 0x202e
                      and not 0x2066 <= code <= 0x2069,
                      f"{char!r} in {event}")


def texts(value):
    if isinstance(value, dict):
        return [t for k, v in value.items() for t in (k, *texts(v))]
    if isinstance(value, list):
        return [t for v in value for t in texts(v)]
    return [value] if isinstance(value, str) else []


def test(t):
    server = Server(t, login_grace=20)
    device = server.device()
    admins = len(server.events.find("admin"))
    every = bytes(range(256))
    names = [EVIL.encode(), every[:50], b"a\n" + every[128:170],
             every[200:250], b"\xc3\x28\xff\xfe"]
    for number, name in enumerate(names, 1):
        wire = auth_wire(device)
        wire.userauth(name, "publickey", public_key_query(device.key))
        wire.receive()
        server.events.wait("login.refused", count=number)
        wire.transport.close()
    for data in (b"SSH-2.0-x\x1b[31m\x07\"\\\x80\xff\xc2\x85\r\n",
                 b"SSH-2.0-" + every.replace(b"\n", b"") + b"\r\n"):
        sock = server.connect()
        send(sock, data)
        send(sock, b"\0" * 64)
        check(closed_within(sock), "the end")

    class Odd(paramiko.Transport):
        _CLIENT_ID = "x\x1b[31m\x07\"\\,{}\x7f"
    kept = paramiko.Transport
    paramiko.Transport = Odd
    try:
        transport = device.login()
    finally:
        paramiko.Transport = kept
    wire = Wire(transport, 91, 92, 93, 94, 96, 97, 98, 99, 100)
    for evil in (EVIL, "poll 1 up=" + EVIL, "poll 1\n" + EVIL,
                 EVIL * 60, "poll 1 fw=\x1b[0m T=1"):
        wire.send(bytes([90]) + string("session") + b"\0\0\0\1" +
                  b"\0\x20\0\0" + b"\0\0\x80\0")
        kind, body = wire.receive()
        while kind != 91:           # what the one before still gets
            kind, body = wire.receive()
        wire.send(bytes([98]) + body[4:8] + string("exec") + b"\0" +
                  string(evil))
        wire.send(bytes([98]) + body[4:8] + string(EVIL[:40]) + b"\0")
    wire.send(bytes([90]) + string(EVIL) + b"\0\0\0\2" + b"\0\x20\0\0" +
              b"\0\0\x80\0")
    device.poll().ok()
    server.events.wait("heartbeat", count=6)
    plain(server)
    check(len(server.events.find("admin")) == admins, "no event was forged")


run(test)
