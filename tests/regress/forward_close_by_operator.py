#!/usr/bin/python3
"""forward close ends listener, tunnels and, with nothing left, the session."""
import socket
import time

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import Listener, answers, echo
from harness.packets import closed_within


def test(t):
    server = Server(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    tunnel = device.ask_and_open(service, port)
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")
        start = time.monotonic()
        server.admin_ok("forward", "close", device.name, port)
        eq(closed_within(s, 2), True, "the connection is closed")
        check(time.monotonic() - start < 2, "within 2 s")
    eventually(lambda: not answers(port), 2, "the port is closed")
    server.events.wait("forward.close", sport=port)
    tunnel.wait(10)     # nothing open: the server ends it
    server.wait_state(port, "closed")


run(test)
