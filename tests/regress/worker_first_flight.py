#!/usr/bin/python3
"""A client's whole key exchange in its first flight is signed as its own."""
import os
import socket

from harness import Server, check, eq, run
from harness.packets import (VERSION, closed_within, end_of_sending, kexinit,
                             packet, send, string)

ECDH_INIT, IGNORE = 30, 2


def flight():
    """More than the worker waits for, all of it there when it first reads."""
    return VERSION + packet(kexinit()) + \
        packet(bytes([ECDH_INIT]) + string(os.urandom(32))) + \
        b"".join(packet(bytes([IGNORE]) + string(bytes(1000)))
                 for _ in range(30))


def test(t):
    server = Server(t, workers=1, per_source_max_startups=1000)
    device = server.device()
    worker = server.workers()
    for _ in range(20):
        device.poll().ok()      # a connection that is no more
        strangers = [socket.socket() for _ in range(8)]
        for s in strangers:
            t.closers.append(s.close)
            s.connect(("127.0.0.1", server.port))
            send(s, flight())
        for s in strangers:
            end_of_sending(s)
            check(closed_within(s), "it leaves")
    device.poll().ok()
    eq(server.events.find("worker.exit"), [], "workers that ended")
    eq(server.workers(), worker, "the worker")


run(test)
