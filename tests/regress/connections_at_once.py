#!/usr/bin/python3
"""200 connections at once all get the server's version (a long backlog)."""
from harness import Server, check, run
from harness.packets import read_version


def test(t):
    server = Server(t, per_source_max_startups=500, login_grace=60)
    socks = [server.connect() for _ in range(200)]
    for sock in socks:
        check(read_version(sock).startswith(b"SSH-2.0-"), "a version")


run(test)
