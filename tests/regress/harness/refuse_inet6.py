#!/usr/bin/python3
"""Run a command on a kernel that seems to have no IPv6."""
import errno
import socket

from refuse_seccomp import ALLOW, JEQ, LOAD, RET, main

NR_SOCKET = 41          # x86_64
REFUSE = 0x00050000 | errno.EAFNOSUPPORT


def program():
    return [
        (LOAD, 0, 0, 0),                # the number
        (JEQ, 0, 3, NR_SOCKET),
        (LOAD, 0, 0, 16),               # the first argument
        (JEQ, 0, 1, socket.AF_INET6),
        (RET, 0, 0, REFUSE),
        (RET, 0, 0, ALLOW),
    ]


main(program())
