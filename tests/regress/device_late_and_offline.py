#!/usr/bin/python3
"""A device that stops polling becomes late, then offline; then it is back."""
import time

from harness import PATIENCE, Server, run


def test(t):
    server = Server(t)
    device = server.device()
    device.poll().ok()
    server.events.wait("device.online", device=device.name)
    time.sleep(2)               # the interval that is measured
    device.poll().ok()
    after = server.events.mark()
    # In multiples of the interval, which a busy machine makes longer.
    server.events.wait("device.late", 2 * PATIENCE, after, device=device.name)
    server.events.wait("device.offline", 2 * PATIENCE, after,
                       device=device.name)
    after = server.events.mark()
    device.poll().ok()
    server.events.wait("device.online", after=after, device=device.name)


run(test)
