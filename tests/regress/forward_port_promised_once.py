#!/usr/bin/python3
"""A server port that is promised to one device is refused to another."""
from harness import Server, check, eq, fresh_port, run


def test(t):
    server = Server(t)
    one, two = server.device("one"), server.device("two")
    port = fresh_port()
    server.admin_ok("forward", "open", one.name, f"22:{port}")
    done = server.admin("forward", "open", two.name, f"22:{port}")
    eq(done.code, 1, f"status: {done}")
    check(len(done.err.strip().splitlines()) == 1, f"one line: {done.err!r}")
    eq(two.answer(), ["0"], "the other's poll")
    server.admin_ok("forward", "close", one.name, port)
    server.admin_ok("forward", "open", two.name, f"22:{port}")
    eq(two.answer(), [f"22:{port}"], "the other's poll, then")


run(test)
