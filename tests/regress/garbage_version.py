#!/usr/bin/python3
"""Garbage instead of a version string: an end, and nobody else suffers."""
import os

from harness import Server, check, run
from harness.packets import closed_within, send


def test(t):
    server = Server(t, login_grace=10)
    device = server.device()
    workers = server.workers()
    socks = {}
    for data in (b"GET / HTTP/1.0\r\n\r\n", b"\0" * 4096, os.urandom(65536),
                 b"SSH-1.5-old\r\n", b"SSH-2.0-" + b"x" * 70000 + b"\r\n",
                 b"\r\n" * 5000, b"x" * 300000, b"SSH-2.0-x\r\n" +
                 os.urandom(65536), b"SSH-2.0-x\r\n\xff\xff\xff\xff"):
        sock = server.connect()
        send(sock, data)
        socks[data[:20]] = sock
        device.poll().ok()
    for data, sock in socks.items():
        check(closed_within(sock), f"{data!r}: still there")
    device.poll().ok()
    check(server.workers() == workers, "no worker was lost")


run(test)
