#!/usr/bin/python3
"""A store of a newer schema that says that this program may use it is used: a
node starts on it and serves.  One that says that it may not refuses a node's
start, in words; those that run go on."""
from harness import check, eq, eventually, run
from harness.cluster import Cluster, at

NEWER = 100             # no schema of this program


def says(c, version, oldest):
    c.sql(f"UPDATE store_schema SET version = {version}, oldest = {oldest}")


def serves(c, device):
    """Each that runs, and a change at one is heard by all."""
    running = [node for node in c if node.process]
    for node in running:
        at(device, node).poll().ok()
    for words in ("disable", "enable"):
        running[-1].admin_ok("device", words, device.name)
        for node in running:
            eq(at(device, node).poll().code == 0, words == "enable",
               f"{node.node}: {words}d")


def test(t):
    c = Cluster(t, haproxy=False, start=False)
    last = c[2]
    for node in c[0], c[1]:
        node.start()
    c.joined()
    device = c.device("roof")
    c.settle()
    (version, oldest), = c.sql("SELECT version, oldest FROM store_schema")

    says(c, NEWER, version)
    last.start()
    c.joined()
    serves(c, device)
    eq(c.sql("SELECT version, oldest FROM store_schema"),
       [[str(NEWER), version]], "the schema is left as it is")
    last.stop()

    says(c, NEWER, NEWER)
    done = last.fails()
    check(f"the store was written by a newer version (schema {NEWER}, this "
          f"program knows {version}): upgrade this program" in done.err, done)
    check("n3" not in c.alive(), f"alive: {c.alive()}")
    for node in c[0], c[1]:
        at(device, node).poll().ok()
    eventually(lambda: set(c.alive()) == {"n1", "n2"}, what="both are alive")

    says(c, version, oldest)
    last.start()
    c.joined()
    serves(c, device)
    eq(c.events.find(("worker.exit", "keeper.exit")), [], "ends")


run(test)
