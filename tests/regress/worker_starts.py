#!/usr/bin/python3
"""Every worker starts: what libssh is tried with before that goes by chance in
nothing.  (One in a hundred ended when a random number looked like a packet.)"""
from harness import SANITIZED, Server, eq, run

WORKERS = 20 if SANITIZED else 200


def test(t):
    server = Server(t, workers=WORKERS)
    eq(server.events.find("worker.exit"), [], "workers that ended")
    eq(len(server.events.find("worker.start")), WORKERS, "workers that started")


run(test, 120)
