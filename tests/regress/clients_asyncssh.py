#!/usr/bin/python3
"""asyncssh does all that a device does, but rekey.

The one in Debian 12 (2.10.1-2+deb12u2) goes on sending data after its KEXINIT,
against RFC 4253, section 7.1; libssh ends such a connection.
"""
import importlib.util

from harness import Skip, run
from harness.matrix import matrix, python


def test(t):
    if importlib.util.find_spec("asyncssh") is None:
        raise Skip("no python3-asyncssh here")
    matrix(t, python("asyncssh", rekeys=None, server_rekeys=False))


run(test)
