#!/usr/bin/python3
"""Started as root with a port below 1024 listed, the server binds it."""
import random

from harness import Server, Skip, check, run
from harness.device import answers


def test(t):
    server = Server(t)
    if not server.root:
        raise Skip("needs root")
    port = random.choice([p for p in range(600, 1000) if not answers(p)])
    device = server.device()
    server.admin_ok("permit", "add", device.name, port)
    server.stop()
    server.start()
    device.tunnel((22, port))
    server.events.wait("forward.open", sport=port)
    check(answers(port), "the port is open")


run(test)
