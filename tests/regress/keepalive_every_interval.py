#!/usr/bin/python3
"""One keepalive is sent every interval while a forward is open."""
import time

from harness import Server, check, fresh_port, run
from harness.packets import Wire


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=3)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    wire = Wire(transport, 80)
    at = []
    for _ in range(6):
        _, body = wire.receive()
        check(b"keepalive" in body, f"a keepalive, not {body!r}")
        at.append(time.monotonic())
        wire.send(bytes([82]))
    # A busy machine may make one of them late, but not most of them.
    gaps = sorted(b - a for a, b in zip(at, at[1:]))
    check(0.6 < gaps[2] < 1.6, f"seconds between: {gaps}")


run(test)
