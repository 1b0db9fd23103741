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
        for _ in range(5):
            start = time.monotonic()
            device.poll().ok()
            check(time.monotonic() - start < 1, "a poll waited")
        start = time.monotonic()
        done = server.admin("device", "disable", device.name)
        check(done.code == 1, f"{done}")
        check(len(done.err.splitlines()) == 1, f"one line: {done.err!r}")
        check(time.monotonic() - start < 6, "et-admin waited too long")
        device.poll().ok()
    finally:
        other.execute("ROLLBACK")
        other.close()
    eventually(lambda: len(server.admin_json(
        "heartbeat", "show", device.name)) >= 6, 8, "all are kept", 0.1)


run(test)
