#!/usr/bin/python3
"""One key at two places at once, as with a copied flash image, is said and
marked; a device that moves, or starts anew, is not."""
import os
import signal

from harness import Server, check, eq, eventually, run
from harness.waiting import Waiting


def row(server, device):
    return [r for r in server.admin_json("device", "list")
            if r["device"] == device.name][0]


def held_from(server, device, addr):
    return Waiting(device, "ssh", options=("-b", addr))


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=1)
    moves, copied = server.device("moves"), server.device("copied")
    # It starts anew, and its health says so.
    for up in (5000, 5001, 0, 1):
        moves.answer(f"poll 1 up={up}")
    # It moves to another network: the old connection lingers, and is dead.
    old = held_from(server, moves, "127.0.0.1")
    os.killpg(old.process.pid, signal.SIGSTOP)
    held_from(server, moves, "127.0.0.2")
    server.events.wait("session.close", conn=old.conn,
                       reason="no answer to keepalives")
    # Two that answer are two; the sweep is later than the keepalives.
    one = held_from(server, copied, "127.0.0.3")
    two = held_from(server, copied, "127.0.0.4")
    seen = server.events.wait("device.duplicate-key", device=copied.name)
    eq((seen["conn"], {seen["addr"], seen["other"]}),
       (two.conn, {"127.0.0.3", "127.0.0.4"}), "the event")
    eventually(lambda: row(server, copied)["duplicate_key"], what="the mark")
    eq(sorted(row(server, copied)["places"]), ["127.0.0.3", "127.0.0.4"],
       "places")
    table = server.admin("device", "list").ok().out
    check("at two places at once" in table, table)
    eq(row(server, moves)["duplicate_key"], None, "the one that moved")
    # Behind one address it is their starts that tell two from one.
    cloned = server.device("cloned")
    for up in (1000, 70000, 1000):
        cloned.answer(f"poll 1 up={up}")
    seen = server.events.wait("device.duplicate-key", device=cloned.name)
    check("start times" in seen["reason"], f"the reason: {seen}")
    eq(server.events.find("device.duplicate-key", device=moves.name), [],
       "the one that moved, and started anew")
    one.end()


run(test)
