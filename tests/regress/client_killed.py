#!/usr/bin/python3
"""kill -9 of a client ends its session and frees its port at once."""
import os
import signal

from harness import Server, eventually, fresh_port, run
from harness.device import answers


def test(t):
    server = Server(t)
    device = server.device()
    for client in ("dbclient", "ssh"):
        port = fresh_port()
        tunnel = device.ask_and_open(22, port, client=client)
        after = server.events.mark()
        os.killpg(tunnel.pid, signal.SIGKILL)
        server.events.wait("session.close", after=after)
        eventually(lambda: not answers(port), what="the port is closed")
        server.admin_ok("forward", "close", device.name, port)


run(test)
