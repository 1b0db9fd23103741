#!/usr/bin/python3
"""One byte now and then does not prolong the login grace."""
import time

from harness import Fail, Server, check, run
from harness.packets import VERSION, kexinit, packet, send


def test(t):
    server = Server(t, login_grace=2)
    sock = server.connect()
    start = time.monotonic()
    for byte in VERSION + packet(kexinit()):
        if not send(sock, bytes([byte])):
            return
        time.sleep(0.1)
        check(time.monotonic() - start < 60, "the dribbler is still there")
    raise Fail("it was let talk to the end")


run(test)
