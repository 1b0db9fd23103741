#!/usr/bin/python3
"""A forward that nobody fetched within its ttl is expired."""
from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}", "--ttl",
                    "1s")
    server.wait_state(port, "expired")
    eq(device.answer(), ["0"], "the poll after")


run(test)
