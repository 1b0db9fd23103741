#!/usr/bin/python3
"""A store that a newer version wrote is refused with a clear line."""
from harness import Server, check, eq, run
from harness.store import set_schema


def test(t):
    server = Server(t)
    server.device()
    server.stop()
    set_schema(server, 9999)
    done = server.fails()
    eq(done.code, 1, "status")
    check(len(done.err.strip().splitlines()) == 1 and "newer" in done.err,
          f"one line: {done.err!r}")
    done = server.admin("device", "list")
    check(done.code == 1 and "newer" in done.err, f"et-admin: {done}")


run(test)
