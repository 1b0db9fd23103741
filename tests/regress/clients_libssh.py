#!/usr/bin/python3
"""libssh's own client does all that a device does."""
from harness import run
from harness.matrix import libssh, matrix


def test(t):
    matrix(t, libssh())


run(test)
