#!/usr/bin/python3
"""OpenSSH does all that a device does."""
from harness import run
from harness.matrix import Openssh, matrix


def test(t):
    matrix(t, Openssh())


run(test)
