#!/usr/bin/python3
"""paramiko does all that a device does."""
from harness import run
from harness.matrix import matrix, python


def test(t):
    matrix(t, python("paramiko"))


run(test)
