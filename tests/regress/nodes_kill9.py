#!/usr/bin/python3
"""kill -9 of a node with devices that it holds and jumps that run through it:
the devices are back on the others, jumps through those lose no byte, a wish is
told by another node, and the others call it dead."""
import os
import threading
import time

from harness import check, eq, eventually, run
from harness.cluster import DEAD, Cluster, at
from harness.device import Listener, says
from harness.held import dials, hold, reach
from harness.operators import operator, talk
from harness.waiting import Waiting

HELD = 90 if "ETPH_LONG" in os.environ else 9
BACK = 20               # s for a client to come back, on a busy machine


def place(c, name):
    """The node that has its tunnel, as the store says."""
    found = [row[2] for row in c.tunnels() if row[0] == name]
    return found[0] if len(found) == 1 else None


def spread(c, names):
    eventually(lambda: all(place(c, n) for n in names), what="all are held",
               every=0.1)
    places = {n: place(c, n) for n in names}
    check(set(places.values()) == {"n1", "n2", "n3"}, f"on each: {places}")
    return places


def test(t):
    c = Cluster(t, reach_timeout=60)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    names = [f"d{n}" for n in range(HELD)]
    devices = [c.device(name, "--tag", "lab") for name in names]
    late = c.device("late", "--tag", "lab")
    c[0].admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    c.settle()
    for device in devices:
        hold(device)
    places = spread(c, names)
    transports = {n: at(alice, c[n]).login() for n in range(3)}
    jumps = [(by, name, reach(at(alice, c[by]), name,
                              transport=transports[by]))
             for by in range(3) for name in names[:6]]
    # Told on n2, which dies before it opens anything.
    told = Waiting(at(late, c[1]))
    wish = at(alice, c[0]).login()
    result = []
    jump = threading.Thread(target=lambda: result.append(
        at(alice, c[0]).open("late", 23, wish)), daemon=True)
    jump.start()
    line = told.line()
    check(line.startswith("23:"), line)

    c[1].kill()
    start = time.monotonic()
    for by, name, channel in jumps:
        if by != 1 and places[name] != "n2":
            eq(talk(channel, b"y" * 20000), b"y" * 20000,
               f"by n{by + 1} to {name} on {places[name]}")
    eq(told.line(), None, "who waited there is gone")
    # The wish stands for whoever the device asks next.
    eq(at(late, c[2]).answer("poll 1"), [line], "told by n3")
    service = Listener(t, says(b"late")).port
    at(late, c[2]).tunnel((service, int(line.split(":")[1])))
    jump.join(60)
    check(result and result[0], "the jump is there")
    eq(result[0].recv(10), b"late", "and leads to its device")

    for name in names:
        eventually(lambda n=name: dials(at(alice, c[0]), n), BACK,
                   what=f"{name} is back", every=0.2)
    back = time.monotonic() - start
    eventually(lambda: "n2" not in c.alive(), DEAD, what="n2 is dead",
               every=0.2)
    dead = time.monotonic() - start
    for node in c[0], c[2]:
        row, = [r for r in node.admin_json("node", "list")
                if r["node"] == "n2"]
        eq(row["state"], "dead", f"{row}")
        node.events.wait("node.gone")
    eq({row[2] for row in c.tunnels()}, {"n1", "n3"}, "where tunnels are")
    print(f"{HELD} devices back after {back:.1f} s; dead after {dead:.1f} s")
    c[1].start()
    c.joined()
    reach(at(alice, c[1]), names[0])


run(test)
