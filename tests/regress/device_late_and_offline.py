#!/usr/bin/python3
"""A device that stops polling becomes late, then offline; then it is back."""
from harness import Server, run
from harness.store import restart_seen


def test(t):
    server = Server(t)
    device = server.device()
    device.poll().ok()
    server.events.wait("device.online", device=device.name)
    after = restart_seen(server, 117, device)    # two intervals, less a little
    server.events.wait("device.late", after=after, device=device.name)
    after = restart_seen(server, 297, device)    # five
    server.events.wait("device.offline", after=after, device=device.name)
    after = server.events.mark()
    device.poll().ok()
    server.events.wait("device.online", after=after, device=device.name)


run(test)
