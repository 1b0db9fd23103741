#!/usr/bin/python3
"""A store that another holds locked delays no poll; et-admin says it."""
import sqlite3
import time

from harness import Server, check, eventually, run


def test(t):
    server = Server(t)
    device = server.device()
    other = sqlite3.connect(server.store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        took = []
        for _ in range(5):
            start = time.monotonic()
            device.poll().ok()
            took.append(time.monotonic() - start)
        # A busy machine may make some of them late, but not all.
        check(min(took) < 1, f"polls waited: {took}")
        start = time.monotonic()
        done = server.admin("device", "disable", device.name)
        check(done.code == 1, f"{done}")
        check(len(done.err.splitlines()) == 1, f"one line: {done.err!r}")
        check(time.monotonic() - start < 20, "et-admin waited too long")
        device.poll().ok()
    finally:
        other.execute("ROLLBACK")
        other.close()
    eventually(lambda: len(server.admin_json(
        "heartbeat", "show", device.name)) >= 6, what="all are kept",
        every=0.1)


run(test)
