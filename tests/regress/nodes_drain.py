#!/usr/bin/python3
"""node drain: the node takes no new connection and HAProxy leaves it, devices
that wait come again elsewhere, jumps go on to their end; then it exits 0.
undrain, or a start, lets it serve again."""
from harness import check, eq, eventually, run
from harness.cluster import Cluster, at
from harness.device import answers
from harness.held import hold, reach
from harness.operators import operator, talk


def place(c, name):
    return [row[2] for row in c.tunnels() if row[0] == name]


def test(t):
    c = Cluster(t, drain_time=60)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    names = [f"d{n}" for n in range(6)]
    devices = [c.device(name, "--tag", "lab") for name in names]
    c[0].admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    c.settle()
    for device in devices:
        hold(device)
    eventually(lambda: len(c.tunnels()) == len(names), what="all are held",
               every=0.1)
    drained = c[1]
    check([n for n in names if place(c, n) == ["n2"]], "n2 holds some")
    transport = at(alice, drained).login()
    ours = reach(at(alice, drained), names[0], transport=transport)
    through = [reach(at(alice, c[0]), name) for name in names]

    c[0].admin_ok("node", "drain", "n2")
    eventually(lambda: not answers(drained.port), what="its listener is closed",
               every=0.05)
    after = c.events.mark()
    for _ in range(6):
        devices[0].poll().ok()
    check("n2" not in {e["node"] for e in c.events.find("heartbeat", after)},
          "HAProxy leaves it")
    # Who waits is told to come again; a jump through it is not cut.
    for name, channel in zip(names, through):
        eq(talk(channel, b"x" * 5000), b"x" * 5000, f"to {name}")
    eq(talk(ours), b"hello", "its own operator's jump")
    check(drained.process.poll() is None, "it waits for its jumps")
    for channel in through:
        channel.close()
    ours.close()
    transport.close()
    eq(drained.process.wait(60), 0, "its exit")
    drained.process = None
    eventually(lambda: all(place(c, n) in (["n1"], ["n3"]) for n in names),
               what="all are back on the others", every=0.1)
    eventually(lambda: [r["state"] for r in c[0].admin_json("node", "list")
                        if r["node"] == "n2"] in ([], ["drained"]),
               what="node list", every=0.2)
    drained.start()
    c.joined()
    devices[0].server = drained
    devices[0].poll().ok()

    # Before it has gone, it may be taken back.
    held = reach(at(alice, c[2]), names[0])
    c[0].admin_ok("node", "drain", "n3")
    eventually(lambda: not answers(c[2].port), what="n3 drains", every=0.05)
    c[0].admin_ok("node", "undrain", "n3")
    eventually(lambda: answers(c[2].port), what="n3 serves", every=0.05)
    held.close()
    eq(c.events.find("worker.exit"), [], "workers that ended")


run(test)
