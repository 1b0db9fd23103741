#!/usr/bin/python3
"""A connection that is reset before the worker has it is over at once."""
import os
import signal
import socket
import struct

from harness import Server, check, eq, run

RESET = struct.pack("ii", 1, 0)         # SO_LINGER: close(2) resets
COUNT = 40


def test(t):
    server = Server(t, workers=1, login_grace=600,
                    per_source_max_startups=1000)
    device = server.device()
    worker = server.workers()
    os.kill(worker[0], signal.SIGSTOP)
    for _ in range(COUNT):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            s.connect(("127.0.0.1", server.port))
    os.kill(worker[0], signal.SIGCONT)
    server.events.wait("session.close", 60, count=COUNT,
                       reason="connection reset by the client")
    device.poll().ok()
    eq(server.workers(), worker, "the worker")
    check(not server.events.find("worker.exit"), "and it never ended")


run(test)
