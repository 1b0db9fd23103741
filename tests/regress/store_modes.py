#!/usr/bin/python3
"""What is kept is readable by nobody else."""
from harness import Server, check, run


def test(t):
    server = Server(t)
    server.device().poll().ok()
    for path in server.dir.joinpath("state").iterdir():
        check(path.stat().st_mode & 0o007 == 0, f"{path.name} is open to all")
        if path.name.startswith("store.db"):
            check(path.stat().st_mode & 0o077 == 0, f"{path.name} is open")


run(test)
