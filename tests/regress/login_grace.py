#!/usr/bin/python3
"""Whoever has not logged in within login-grace is gone."""
import time

from harness import Server, check, run
from harness.packets import (VERSION, closed_within, kexinit, packet,
                             read_version, send)


def test(t):
    server = Server(t, login_grace=2)
    device = server.device()
    silent = server.connect()
    half_kex = server.connect()
    send(half_kex, VERSION + packet(kexinit())[:100])
    read_version(half_kex)
    stuck_kex = server.connect()
    send(stuck_kex, VERSION + packet(kexinit()))
    half_login = device.transport()
    start = time.monotonic()
    for name, sock in (("silent", silent), ("half a KEXINIT", half_kex),
                       ("half a key exchange", stuck_kex)):
        check(closed_within(sock, 5), f"{name}: still there")
    half_login.join(5)
    check(not half_login.is_active(), "half a login: still there")
    check(time.monotonic() - start < 5, "all within 5 s")
    device.poll().ok()
    server.events.wait(None, count=4, reason=lambda r: "grace" in r)


run(test)
