#!/usr/bin/python3
"""A node whose wall clock is an hour ahead, then an hour behind: it is alive to
the others and they to it, forwards end there at their time, jumps work across,
and a poll has the true time in the store, from the clock's change on."""
import datetime
import time

from harness import check, eq, eventually, fresh_port, run
from harness.cluster import NOW, Cluster, Node, at
from harness.device import Listener, echo
from harness.fault import Faulty
from harness.held import hold, reach
from harness.operators import operator

HOUR = 3600
NEAR = 5                # s
SHORT = 6               # s, of a forward's time
PORTS = "10000-60999"   # of an operator


class Skewed(Faulty, Node):
    pass


def alive_to_all(c):
    want = [(n.node, "alive") for n in c]
    for node in c:
        eventually(lambda n=node: [
            (r["node"], r["state"]) for r in n.admin_json("node", "list")]
            == want, what=f"all are alive to {node.node}", every=0.1)


def seconds(text):
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def polls(c, off, name, ahead):
    """A new device's first poll is at that node, as soon as its clock jumps."""
    device = c.device(name)
    c.settle()
    off.set_clock(ahead)
    at(device, off).poll().ok()
    for node in c:
        row = eventually(lambda n=node: [
            r for r in n.admin_json("device", "list")
            if r["device"] == name and r["last_seen"]],
            what=f"{name} is seen")[0]
        eq(row["state"], "online", f"{name} at {node.node}")
        ago = time.time() - seconds(row["last_seen"])
        check(-1 < ago < NEAR, f"{name} was there {ago:.1f} s ago")


def opened(c, off, alice, device, service, ttl):
    """Asked at the node that is off, and opened there; the port."""
    port = fresh_port()
    status, _, err = at(alice, off).command(
        f"forward open {device.name} {service}:{port} --ttl {ttl}s")
    eq(status, 0, err)
    c.settle()
    after = off.events.mark()
    device.tunnel((service, port))
    off.events.wait("forward.open", after=after, sport=port)
    left, = c.sql(f"SELECT (expires - {NOW}) / 1000000 FROM forward "
                  f"WHERE sport = {port}")
    check(ttl - NEAR < float(left[0]) <= ttl, f"{left} of {ttl} s are left")
    return port


def stands(c, port):
    eq([r["state"] for r in c[0].admin_json("forward", "list")
        if r["sport"] == port], ["open"], f"the forward at {port}")


def ends(c, off, port, asked):
    """Neither early nor late."""
    off.events.wait("forward.close", sport=port, reason="ttl")
    took = time.monotonic() - asked
    check(SHORT - 1 < took < SHORT + NEAR, f"a ttl of {SHORT} s: {took:.1f} s")
    eq([r["state"] for r in c[0].admin_json("forward", "list", "--all")
        if r["sport"] == port], ["closed"], f"the forward at {port}")


def test(t):
    c = Cluster(t, nodes=2, haproxy=False, start=False)
    off = Skewed(c, 3, operator_ports=[PORTS], **c.options)
    off.equip("clock.so")
    off.set_clock(HOUR)
    c.nodes.append(off)
    c.start()
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    here, there, device = [c.device(name, "--tag", "lab")
                           for name in ("here", "there", "roof")]
    c[0].admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    c.settle()
    service = Listener(t, echo).port
    device = at(device, off)
    hold(at(here, off))
    hold(at(there, c[0]))
    eventually(lambda: len(c.tunnels()) == 2, what="both are held", every=0.05)
    standing = []
    for ahead in (HOUR, -HOUR):
        after = [node.events.mark() for node in c]
        polls(c, off, f"before{ahead}", -ahead)
        polls(c, off, f"then{ahead}", ahead)
        alive_to_all(c)
        reach(at(alice, c[1]), "here").close()
        reach(at(alice, off), "there").close()
        standing.append(opened(c, off, alice, device, service, 300))
        asked = time.monotonic()
        short = opened(c, off, alice, device, service, SHORT)
        ends(c, off, short, asked)
        for port in standing:
            stands(c, port)
        alive_to_all(c)
        for node, mark in zip(c, after):
            for event in ("worker.exit", "keeper.exit", "device.late",
                          "device.offline"):
                eq(node.events.find(event, mark), [], f"{node.node}: {event}")


run(test)
