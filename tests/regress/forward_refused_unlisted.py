#!/usr/bin/python3
"""An unlisted port is refused, and a dbclient that stays is disconnected."""
import time

from harness import Server, check, eq, fresh_port, run
from harness.device import answers


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    start = time.monotonic()
    tunnel = device.tunnel((22, port), exit_on=False)
    event = server.events.wait("forward.refused")
    eq((event["sport"], event["reason"]), (port, "not listed"), "event")
    tunnel.wait()
    check(time.monotonic() - start < 20, "it was disconnected late")
    gone = server.events.wait("session.close")
    eq(gone["reason"], "no channel and no forward open", "why")
    check(not answers(port), "nothing was bound")
    eq(device.tunnel((22, port), client="ssh").wait(), 255,
       "status of ssh with ExitOnForwardFailure")


run(test)
