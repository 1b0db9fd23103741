#!/usr/bin/python3
"""100 MiB each way at once through ssh, every byte as it was sent."""
from harness import Server, run
from harness.device import both_ways


def test(t):
    server = Server(t)
    both_ways(t, server.device(), "ssh", 100)


run(test)
