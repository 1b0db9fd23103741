#!/usr/bin/python3
"""A thousand refused and granted requests leave no memory behind."""
from harness import (Server, Skip, check, fresh_port, plain_build_only, proc,
                     run)


def test(t):
    plain_build_only("memory is another")
    server = Server(t, workers=1)
    if server.sanitized():
        raise Skip("a sanitizer keeps what is freed")
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    worker = server.workers()[0]

    def cycles(connections):
        for _ in range(connections):
            transport = device.login()
            for _ in range(50):
                transport.request_port_forward("x" * 200, port,
                                               lambda *_: None)
                transport.cancel_port_forward("x" * 200, port)
            transport.close()
    cycles(4)
    before = proc.rss(worker)
    cycles(20)
    grown = proc.rss(worker) - before
    check(grown < 512 << 10, f"the worker grew by {grown} bytes")


run(test)
