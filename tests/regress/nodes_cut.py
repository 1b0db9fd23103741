#!/usr/bin/python3
"""A node that is cut off from the database: it refuses jumps and says why, goes
on with polls until stale-limit, then refuses them; the others call it dead; it
joins again by itself."""
import os
import time

from harness import check, eq, eventually, run
from harness.cluster import DEAD, Cluster, at
from harness.held import dials, hold, reach
from harness.operators import operator

STALE = 20              # s
FENCED = 15             # s without a write
WAYS = ("stall", "cut") if "ETPH_LONG" in os.environ else ("stall",)


def alive(c, name):
    row, = [r for r in c[0].admin_json("node", "list") if r["node"] == name]
    return row["state"] == "alive"


def cut_off(c, device, alice, way):
    node = c[2]
    after, start = node.events.mark(), time.monotonic()
    # One that is logged in when its node is fenced stays.
    transport = at(alice, node).login()
    reach(at(alice, node), "held", transport=transport).close()
    getattr(node.wire, way)()
    while time.monotonic() < start + FENCED - 2:
        at(device, node).poll().ok()
        time.sleep(0.5)
    eventually(lambda: refused(node, at(alice, node), transport, after),
               DEAD, what="its jumps are refused", every=0.5)
    fenced = time.monotonic() - start
    check(fenced < STALE, f"fenced after {fenced:.1f} s")
    at(device, node).poll().ok()
    eventually(lambda: at(device, node).poll().code != 0, STALE,
               what="polls are refused", every=0.5)
    stale = time.monotonic() - start
    check(STALE - 6 < stale < STALE + 10, f"refused after {stale:.1f} s")
    eventually(lambda: not alive(c, "n3"), DEAD, what="n3 is dead to n1",
               every=0.2)
    # The others go on.
    at(device, c[0]).poll().ok()
    reach(at(alice, c[1]), "held").close()
    node.wire.mend()
    start = time.monotonic()
    c.joined()
    eventually(lambda: at(device, node).poll().code == 0,
               what="it takes polls again", every=0.2)
    eventually(lambda: dials(at(alice, node), "held"),
               what="and jumps", every=0.2)
    print(f"{way}: fenced after {fenced:.1f} s, stale after {stale:.1f} s, "
          f"there again after {time.monotonic() - start:.1f} s")


def refused(node, person, transport, after):
    channel = person.open("held", 22, transport)
    if channel is None:
        return bool(node.events.find("jump.refused", after,
                                     reason="this node has lost the store"))
    channel.close()
    return False


def test(t):
    c = Cluster(t, haproxy=False, wires=True, stale_limit=STALE,
                reach_timeout=4)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    device = c.device("roof", "--tag", "lab")
    kept = c.device("held", "--tag", "lab")
    c[0].admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    c.settle()
    hold(at(kept, c[1]))
    eventually(lambda: c.tunnels(), what="it is held", every=0.05)
    for way in WAYS:
        cut_off(c, device, alice, way)


run(test)
