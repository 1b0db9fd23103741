#!/usr/bin/python3
"""PostgreSQL is killed and comes back: no poll fails, the server says so once
each time, and what it had to write is written."""
import json
import os

from harness import Server, check, eq, eventually, run
from harness.case import CONFIG, Skip
from harness.database import postgres


def beats(pg, database):
    """How many polls the database has."""
    return int(pg.psql("SELECT coalesce(sum(beats), 0) FROM device_seen",
                       database))


def test(t):
    if "#define HAVE_POSTGRESQL 1" not in CONFIG.read_text():
        raise Skip("built without PostgreSQL")
    os.environ["ETPH_STORE"] = "postgresql"
    server = Server(t)
    pg, name = postgres(t), server.database.name
    device = server.device("kitchen")
    device.poll().ok()
    eventually(lambda: beats(pg, name) == 1, what="the first poll's row")
    pg.psql("CHECKPOINT")       # this one is not durable
    after = server.events.mark()
    pg.kill9()
    lost = server.events.wait("store", after=after)
    check("PostgreSQL" in lost["reason"], lost)
    for _ in range(3):
        eq(device.poll().ok().out, "0\n", "a poll meanwhile")
    # Of reads and of writes.
    said = server.events.find("store", after=after)
    check(len(said) <= 2, said)
    after = server.events.mark()
    pg.start()
    server.events.wait("store", after=after)
    eventually(lambda: beats(pg, name) == 4, what="the polls' rows")
    # Changes come again, and are acted on.
    server.admin_ok("forward", "open", device.name, "22:9876")
    eq(device.poll().ok().out, "22:9876\n", "the answer")
    node = json.loads(server.admin_ok("node", "list", "--json").out
                      .splitlines()[0])
    check(node, "the node's row")


run(test)
