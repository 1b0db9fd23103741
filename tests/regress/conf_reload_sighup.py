#!/usr/bin/python3
"""SIGHUP reloads what can be, says what cannot, survives a broken file."""
import os

from harness import Server, check, fresh_port, run
from harness.packets import closed_within


def test(t):
    server = Server(t)
    device = server.device()
    server.set(login_grace=1)
    server.events.wait("reload", after=server.hup())
    check(closed_within(server.connect()), "the new login-grace holds")

    server.set(login_grace=30, workers=3, listen=[f"127.0.0.1:{fresh_port()}"])
    event = server.events.wait("reload", after=server.hup())
    for name in ("workers", "listen"):
        check(name in str(event), f"{name} needs a restart: {event}")
    device.poll().ok()

    server.write_conf("login-grace = nonsense\n")
    event = server.events.wait("reload", after=server.hup())
    check(f"{server.conf}:1:" in str(event),
          f"file and line: {event}")
    device.poll().ok()
    os.kill(server.process.pid, 0)


run(test)
