#!/usr/bin/python3
"""PuTTY's plink does all that a device does."""
from harness import run
from harness.matrix import Plink, matrix, program


def test(t):
    program("puttygen")
    matrix(t, Plink())


run(test)
