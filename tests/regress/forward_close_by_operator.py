#!/usr/bin/python3
"""forward close ends listener, tunnels and, with nothing left, the session."""
from harness import Server, dial, eq, eventually, fresh_port, run
from harness.device import Listener, answers, echo
from harness.packets import closed_within


def test(t):
    server = Server(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    tunnel = device.ask_and_open(service, port)
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")
        server.admin_ok("forward", "close", device.name, port)
        eq(closed_within(s), True, "the connection is closed")
    eventually(lambda: not answers(port), what="the port is closed")
    server.events.wait("forward.close", sport=port)
    tunnel.wait()       # nothing open: the server ends it
    server.wait_state(port, "closed")


run(test)
