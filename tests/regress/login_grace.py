#!/usr/bin/python3
"""Whoever has not logged in within login-grace is gone."""
import time

from harness import PATIENCE, Server, check, run
from harness.packets import (VERSION, closed_within, kexinit, packet,
                             read_version, send)


def test(t):
    server = Server(t, login_grace=5)
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
        check(closed_within(sock), f"{name}: still there")
    half_login.join(PATIENCE)
    check(not half_login.is_active(), "half a login: still there")
    check(time.monotonic() - start < 20, "it takes longer than the grace")
    device.poll().ok()
    server.events.wait(None, count=4, reason=lambda r: "grace" in r)


run(test)
