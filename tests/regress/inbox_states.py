#!/usr/bin/python3
"""A forward goes queued, delivered, open, closed."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    eq(server.forward_state(port), "queued", "when asked")
    eq(device.answer(), [f"22:{port}"], "the poll")
    server.wait_state(port, "delivered")
    device.tunnel((22, port))
    event = server.events.wait("forward.open", sport=port)
    eq((event["dport"], event["reason"], event["device"]),
       (22, "asked", device.name), "forward.open")
    server.wait_state(port, "open")
    server.admin_ok("forward", "close", device.name, port)
    server.events.wait("forward.close", sport=port)
    server.wait_state(port, "closed")
    eq(device.answer(), ["0"], "the poll after")


run(test)
