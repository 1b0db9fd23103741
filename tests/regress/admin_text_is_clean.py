#!/usr/bin/python3
"""What a device sends cannot reach an operator's terminal as control codes."""
import paramiko

from harness import Server, check, eventually, run


class Odd(paramiko.Transport):
    _CLIENT_ID = "x\x1b[2J\x07\x7f\x08"


def test(t):
    server = Server(t)
    device = server.device()
    kept = paramiko.Transport
    paramiko.Transport = Odd
    try:
        transport = device.login()
    finally:
        paramiko.Transport = kept
    channel = transport.open_session()
    channel.exec_command("poll 1 up=1 x=\x1b[2J")
    eventually(lambda: server.admin_json("heartbeat", "tail"), what="heartbeat",
               every=0.05)
    for args in (("device", "list"), ("device", "show", device.name),
                 ("heartbeat", "show", device.name), ("session", "list"),
                 ("status",)):
        for form in ((), ("--json",)):
            out = server.admin(*form, *args).ok().out
            bad = [c for c in out if (ord(c) < 32 and c != "\n") or
                   127 <= ord(c) < 160]
            check(not bad, f"{args}: {bad} in {out!r}")


run(test)
