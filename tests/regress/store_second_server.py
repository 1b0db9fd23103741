#!/usr/bin/python3
"""A second server on the same store is refused with one line."""
from harness import Server, check, eq, run


def test(t):
    server = Server(t)
    device = server.device()
    second = Server(t, "second", start=False, node="second")
    second.set(store=server.options["store"])
    done = second.fails()
    eq(done.code, 1, "status")
    check(len(done.err.strip().splitlines()) == 1, f"one line: {done.err!r}")
    device.poll().ok()


run(test)
