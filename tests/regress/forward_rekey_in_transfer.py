#!/usr/bin/python3
"""Rekeying in the middle of a transfer loses nothing."""
from harness import Server, check, run
from harness.device import both_ways


def test(t):
    server = Server(t)
    device = server.device()
    both_ways(t, device, "ssh", 24, options=("-v", "-o", "RekeyLimit=9M"))
    said = "".join(p.read_text(errors="replace")
                   for p in t.dir.glob("tunnel-*"))
    check(said.count("SSH2_MSG_NEWKEYS received") >= 3, "it did rekey")


run(test)
