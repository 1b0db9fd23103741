#!/usr/bin/python3
"""100 MiB each way at once through dbclient, every byte as it was sent."""
from harness import Server, run
from harness.device import both_ways


def test(t):
    server = Server(t)
    both_ways(t, server.device(), "dbclient", 100)


run(test)
