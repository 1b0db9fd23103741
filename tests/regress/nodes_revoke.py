#!/usr/bin/python3
"""What an admin takes away on node A is gone on node C when the command returns,
within a second: a key, a device, an operator, a session."""
import datetime
import os
import statistics

from harness import check, eq, eventually, run
from harness.cluster import Cluster, at
from harness.operators import operator
from harness.waiting import Waiting

ROUNDS = 100 if "ETPH_LONG" in os.environ else 5


def when(event):
    return datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00"))


def ended(c, words, name):
    """Seconds from the change, as node A heard it, to the end on node C."""
    after = c[0].events.mark()
    closed = c[2].events.mark()
    c[0].admin_ok(*words)
    there = c[2].events.find("session.close", closed, device=name)
    check(there, f"{words}: the session is gone when it returns")
    heard = c[0].events.wait("admin", after=after)
    return (when(there[0]) - when(heard)).total_seconds()


def session(c, name):
    row, = eventually(lambda: [
        r for r in c[0].admin_json("session", "list")
        if r.get("device") == name], what="the session in the store")
    eq(row["node"], "n3", f"where {name} is")
    return f"{row['node']}/{row['session']}"


def test(t):
    c = Cluster(t, haproxy=False)
    took = []
    for n in range(ROUNDS):
        name = f"d{n}"
        device = c.device(name)
        c.settle()
        wait = Waiting(at(device, c[2]))
        kind = n % 3
        if kind == 0:
            words = ("key", "revoke", device.key.fingerprint)
        elif kind == 1:
            words = ("device", "disable", name)
        else:
            words = ("session", "kill", session(c, name))
        took.append(ended(c, words, name))
        wait.process.wait()
        refused = at(device, c[1]).poll()
        eq(refused.code == 0, kind == 2, f"{words}: a poll at n2: {refused}")
    print(f"{ROUNDS} ends on n3 of what was said on n1: median "
          f"{statistics.median(took) * 1000:.0f} ms, longest "
          f"{max(took) * 1000:.0f} ms")
    check(max(took) < 1, f"within 1 s: {took}")

    bob = operator(c[0], "bob", "viewer")
    c.settle()
    transport = at(bob, c[2]).login()
    c[2].events.wait("login", operator="bob")
    c[0].admin_ok("operator", "remove", "bob")
    check(c[2].events.find("session.close", operator="bob"), "bob is gone")
    transport.join(30)
    check(not transport.is_active(), "his connection is closed")
    eq(c.events.find("worker.exit"), [], "workers that ended")


run(test)
