#!/usr/bin/python3
"""Polls in haste, as an installer's, a client's first and some by hand, do not
make a healthy device late: its interval is not known after two gaps, and never
below the planned one."""
import time

from harness import Server, check, eq, eventually, run
from harness.store import set_seen


def test(t):
    server = Server(t)
    device = server.device()
    for number in range(3):
        device.poll().ok()
        server.events.wait("heartbeat", count=number + 1)
    server.stop()
    # The next poll is due; it has not come for less than two minutes.
    set_seen(server, device.name, last_seen=int((time.time() - 100) * 1e6))
    row, = server.admin_json("device", "list")
    eq((row["state"], row["interval"]), ("unknown", None), "while stopped")
    done = server.admin("device", "list").ok()
    check(" unknown " in done.out and "the server is not running" in done.err,
          repr(done))
    after = server.events.mark()
    server.start()
    row, = server.admin_json("device", "list")
    eq((row["state"], row["interval"]), ("online", None), "state, interval")
    device.poll().ok()
    server.events.wait("heartbeat", after=after)
    check(not server.events.find("device.offline"), "it was never offline")
    # Four by hand, one after the other, are three gaps.
    hasty = server.device("hasty")
    after = server.events.mark()
    for number in range(4):
        hasty.poll().ok()
        server.events.wait("heartbeat", after=after, count=number + 1)
    eventually(lambda: interval(server) == 60, what="the planned interval",
               every=0.05)
    server.stop()
    set_seen(server, "hasty", last_seen=int((time.time() - 100) * 1e6))
    server.start()
    row = server.admin_json("device", "list", "--where", "id=hasty")[0]
    eq((row["state"], row["interval"]), ("online", 60), "after four")
    check(not server.events.find("device.late"), "no device was late")


def interval(server):
    return server.admin_json("device", "list", "--where",
                             "id=hasty")[0]["interval"]


run(test)
