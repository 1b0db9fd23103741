#!/usr/bin/python3
"""dbclient 2025.89, as in OpenWrt 25.12, does all that a device does."""
from harness import archive, run
from harness.matrix import LIMIT, Dbclient, matrix


def test(t):
    matrix(t, Dbclient(archive.dbclient("trixie", "2025.89")))


run(test, LIMIT)
