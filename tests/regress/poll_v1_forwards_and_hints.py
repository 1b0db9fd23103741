#!/usr/bin/python3
"""poll 1 answers every wanted forward, a line each, then hints."""
import re

from harness import Server, check, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    eq(device.answer("poll 1"), ["0"], "an empty inbox")
    ports = [fresh_port() for _ in range(3)]
    for dport, sport in zip((22, 80, 443), ports):
        server.admin_ok("forward", "open", device.name, f"{dport}:{sport}")
    lines = device.answer("poll 1 up=1")
    want = [f"{d}:{s}" for d, s in zip((22, 80, 443), ports)]
    eq(sorted(lines[:3]), sorted(want), "the forwards")
    for hint in lines[3:]:
        check(re.fullmatch(r"[a-z]+=\S+", hint), f"not a hint: {hint!r}")


run(test)
