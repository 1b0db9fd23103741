#!/usr/bin/python3
"""A client may make new keys 4 times in a row, and then once in 10 seconds:
one that makes more is ended, and nobody else notices."""
import time

from harness import Server, check, eq, fresh_port, run
from harness.packets import ENDED

MOST, EVERY = 4, 10    # in a row; s for one more


def test(t):
    server = Server(t)
    device, other = server.device(), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    began, count = time.monotonic(), 0
    try:
        while count < 10 * MOST:
            transport.renegotiate_keys()
            count += 1
    except ENDED:
        pass
    most = MOST + (time.monotonic() - began) / EVERY + 1
    check(MOST <= count <= most, f"{count} times, {most:.1f} at most")
    closed = server.events.wait("session.close", device=device.name)
    print(f"{count} times, then: {closed['reason']}")
    eq(server.events.find("worker.exit"), [], "workers that ended")
    other.poll().ok()
    device.poll().ok()


run(test)
