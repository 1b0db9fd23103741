#!/usr/bin/python3
"""The dbclient that is installed does all that a device does."""
from harness import run
from harness.matrix import LIMIT, Dbclient, matrix, program


def test(t):
    matrix(t, Dbclient(program("dbclient")))


run(test, LIMIT)
