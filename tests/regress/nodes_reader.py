#!/usr/bin/python3
"""A page or console that is taken over speaks SQL as the role that only reads:
it gets no secret of a ticket, does not keep nodes from leading, nor from
starting."""
from harness import check, eq, eventually, run
from harness.cluster import Cluster
from harness.postgres import ROLE

READER = f"{ROLE}-reader"
KEYS = "1163153480, 1"      # of the lock that servers share


def init(c):
    """What et-admin store init prints, on the database that is there."""
    script = c.case.dir / "init.sql"
    script.write_text(c[0].admin("store", "init").ok().out)
    script.chmod(0o644)
    c.postgres.tool("psql", "-X", "-q", "-h", c.postgres.dir, "-p",
                    str(c.postgres.port), "-U", "postgres", "-d", "postgres",
                    "-f", script).ok()


def may(c, table):
    return c.sql(f"SELECT has_table_privilege('{READER}', 'public.{table}', "
                 "'SELECT')") == [["t"]]


def reader(c, sql):
    """A connection of the reader's that has said this, and stays."""
    return c.case.spawn(
        [c.postgres.bin / "psql", "-X", "-q", "-h", "127.0.0.1", "-p",
         str(c.postgres.port), "-U", READER, "-d", "et", "-c",
         f"{sql}; SELECT pg_sleep(600)"])


def locks(c, user):
    return int(c.sql("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a "
                     "ON a.pid = l.pid WHERE locktype = 'advisory' AND mode = "
                     f"'ExclusiveLock' AND usename = '{user}'")[0][0])


def leads(c):
    """Is there a node that leads?"""
    return c.sql(
        "SELECT a.backend_start IS NOT NULL FROM node_lock l "
        "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.name = ''") == [["t"]]


def test(t):
    c = Cluster(t, nodes=2, haproxy=False, start=False)
    init(c)
    c.start()
    check(may(c, "device"), "the reader reads devices")
    check(not may(c, "ticket"), "the reader reads tickets: made by a node")
    init(c)
    check(may(c, "device") and not may(c, "ticket"), "after init once more")

    eventually(lambda: leads(c), what="a node leads")
    # Waits for the servers' own, and whoever asks next waits behind it.
    for lock in (f"pg_advisory_lock({KEYS})",
                 "pg_advisory_lock(1163153481, hashtext(''))",
                 "pg_advisory_lock(1163153481, hashtext('n2'))"):
        reader(c, f"SELECT {lock}")
    eventually(lambda: locks(c, READER) == 3, what="the reader's locks")
    c[1].stop()
    c[1].start()
    c.joined()
    c[0].stop()
    eventually(lambda: leads(c), what="the other node leads")
    eq(locks(c, READER), 3, "the reader's locks")


run(test)
