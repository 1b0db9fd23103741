#!/usr/bin/python3
"""One byte now and then does not prolong the login grace."""
import time

from harness import Fail, Server, run
from harness.packets import VERSION, kexinit, packet


def test(t):
    server = Server(t, login_grace=2)
    sock = server.connect()
    start = time.monotonic()
    try:
        for byte in VERSION + packet(kexinit()):
            sock.sendall(bytes([byte]))
            time.sleep(0.1)
            if time.monotonic() - start > 6:
                raise Fail("the dribbler is still there after 6 s")
    except ConnectionError:
        pass


run(test)
