#!/usr/bin/python3
"""The server rekeys by itself after 1 GiB, and no byte is lost.

That is libssh's limit for ciphers of small blocks (RFC 4344, section 3.2), which
no option lowers: too much for every day, so it wants ETPH_LONG.
"""
from harness import Server, Skip, check, run
from harness.matrix import GIB, LONG, Plink, Tunnel, program

MARK = "Remote side initiated key re-exchange"


def test(t):
    if not LONG:
        raise Skip("1 GiB each way: set ETPH_LONG")
    program("puttygen")
    device = Server(t).device()
    never = Plink(RekeyBytes=0, RekeyTime=0, Cipher="chacha20")
    tunnel = Tunnel(never, device, GIB)
    tunnel.carries_data()
    check(MARK in tunnel.said(), "the server did not rekey")


run(test, 300)
