#!/usr/bin/python3
"""Alerts of several nodes: one of them tells each, once.  When that one dies
another goes on at once; with ETPH_LONG it tells nothing anew of a device that is
gone, and tells its end."""
import json
import os

from harness import check, eq, eventually, run
from harness.cluster import Cluster, at

LONG = "ETPH_LONG" in os.environ
GONE = 400              # s: two polls a minute apart, and a sweep


def lines(c, kind=None):
    """(node, event, kind, subject) of all streams."""
    found = []
    for node in c:
        path = node.dir / "state" / "alerts.log"
        if path.exists():
            found += [(node.node, line["event"], line["kind"], line["subject"])
                      for line in map(json.loads,
                                      path.read_text().splitlines())
                      if kind in (None, line["kind"])]
    return found


def leader(c):
    """The node whose test is told."""
    before = len(lines(c, "test"))
    # It says so if a node that has just died has not heard of it.
    next(n for n in c if n.process).admin("alert", "test")
    told = eventually(lambda: lines(c, "test")[before:], 90, what="a test")
    c.settle()
    eq(len({line[0] for line in told}), 1, f"who told it: {told}")
    return next(n for n in c if n.node == told[0][0])


def gone(c, device):
    """It polls every minute, and was last there an hour ago."""
    for node in c:
        at(device, node).poll().ok()
    eventually(lambda: c.sql("SELECT count(*) FROM device_seen") == [["1"]],
               what="its polls are in the store", every=0.1)
    for node in c:
        node.stop()
    c.sql("UPDATE device_seen SET last_seen = last_seen - 3600000000, "
          "interval = 60")
    for node in c:
        node.start()
    c.joined()
    eventually(lambda: lines(c, "device.gone"), GONE, what="an alert", every=1)
    eq([line[1:] for line in lines(c, "device.gone")],
       [("open", "device.gone", "roof")], "what was told")
    eq(len(c.events.find("device.offline")), 1, "device.offline, on all nodes")


def comes_back(c, device):
    """By a node that does not lead."""
    first = leader(c)
    at(device, next(n for n in c if n.process and n is not first)).poll().ok()
    eventually(lambda: len(lines(c, "device.gone")) > 1, 90, what="its end",
               every=0.2)
    eq([line[1:] for line in lines(c, "device.gone")],
       [("open", "device.gone", "roof"), ("close", "device.gone", "roof")],
       "what was told")


def test(t):
    c = Cluster(t, haproxy=False)
    device = c.device("roof")
    c.settle()
    if LONG:
        gone(c, device)
    first = leader(c)
    first.kill()
    second = leader(c)
    check(second is not first, "another one tells")
    if LONG:
        comes_back(c, device)
    first.start()
    c.joined()
    eq(leader(c).node, second.node, "who leads stays")


run(test, 1200)
