#!/usr/bin/python3
"""Whoever has not logged in within login-grace is gone."""
import time

from harness import PATIENCE, Server, check, run
from harness.packets import (VERSION, closed_within, kexinit, packet,
                             read_version, send)


GRACE = 5               # s


def test(t):
    server = Server(t, login_grace=GRACE)
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
    took = time.monotonic() - start
    check(took < 4 * GRACE, f"it took {took:.1f} s")
    device.poll().ok()
    server.events.wait(None, count=4, reason=lambda r: "grace" in r)
    # Whoever logs in within it stays, however close it was.
    began = time.monotonic()
    close = device.transport()
    time.sleep(GRACE * 0.7)
    close.auth_publickey(device.user, device.key.paramiko())
    channel = close.open_session()
    if time.monotonic() - began < GRACE:        # on a busy machine it is not
        channel.exec_command("wait 1")
        time.sleep(GRACE)
        check(close.is_active() and not channel.closed, "it stays logged in")
    gone = server.events.find("session.close", reason=lambda r: "grace" in r)
    check(all(e["ms"] >= GRACE * 1000 - 100 for e in gone),
          f"none goes before the grace is over: {[e['ms'] for e in gone]}")


run(test)
