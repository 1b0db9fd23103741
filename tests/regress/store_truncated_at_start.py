#!/usr/bin/python3
"""A truncated or foreign store is refused with one line, and kept."""
from harness import Server, check, eq, run


def test(t):
    server = Server(t)
    server.device()
    server.stop()
    for extra in ("-wal", "-shm"):
        server.store.with_name(server.store.name + extra).unlink(
            missing_ok=True)
    whole = server.store.read_bytes()
    for name, content in (("half", whole[:len(whole) // 2]),
                          ("a page and a half", whole[:6144]),
                          ("100 bytes", whole[:100]),
                          ("not a database", b"hello, world\n" * 1000)):
        server.store.write_bytes(content)
        done = server.fails()
        eq(done.code, 1, f"status with {name}")
        lines = done.err.strip().splitlines()
        check(len(lines) == 1 and lines[0].startswith("et-sshd: "),
              f"one line for {name}: {done.err!r}")
        eq(server.store.read_bytes(), content, f"{name} is left alone")
    server.store.write_bytes(whole)
    server.start()


run(test)
