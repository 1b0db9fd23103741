#!/usr/bin/python3
"""A forward lives for its ttl; then listener and tunnels are closed."""
from harness import Server, dial, eq, eventually, fresh_port, run
from harness.device import Listener, answers, echo
from harness.packets import closed_within


def test(t):
    server = Server(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("forward", "open", device.name, f"{service}:{port}",
                    "--ttl", "8s")
    device.answer()
    device.tunnel((service, port))
    server.events.wait("forward.open")
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")
        event = server.events.wait("forward.close", sport=port)
        eq(closed_within(s), True, "the connection is closed too")
    eventually(lambda: not answers(port), what="the port is closed")
    eq(event["device"], device.name, "device")
    server.wait_state(port, "closed")
    eq(device.answer(), ["0"], "the poll after")


run(test)
