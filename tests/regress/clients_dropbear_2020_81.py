#!/usr/bin/python3
"""dbclient 2020.81, as in OpenWrt 21.02, does all that a device does."""
from harness import archive, run
from harness.matrix import LIMIT, Dbclient, matrix


def test(t):
    matrix(t, Dbclient(archive.dbclient("bullseye", "2020.81")))


run(test, LIMIT)
