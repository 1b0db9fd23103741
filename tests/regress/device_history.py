#!/usr/bin/python3
"""The history of devices: presence, figures and texts over a restart, a killed
keeper and a killed server; old history goes; what an operator sees."""
import csv
import io
import os
import signal
import time

from harness import Server, check, eq, eventually, proc, run
from harness.operators import operator
from harness.store import rows

DAY = 86400
HEALTH = "poll 1 load={} mem=80 fw={} up=100"


def history(server, device, *more):
    return server.admin_json("device", "history", device.name, *more)[0]


def field(record, name):
    return next(f for f in record["health"] if f["field"] == name)


def share(server, device):
    return next(row["availability"] for row in server.admin_json("report")
                if row["device"] == device.name)


def plant(server, device, now):
    """Rows of 100, 95 and 50 days ago."""
    (number,), = rows(server, "SELECT id FROM device WHERE name = ?",
                      (device.name,))
    for ago in (100, 95, 50):
        at = now - ago * DAY
        rows(server, "INSERT INTO history_calendar VALUES (?)", (at // DAY,))
        rows(server, "INSERT INTO history_day VALUES "
             "(?, ?, 0, 1, 7, 7, x'0100')", (at // DAY, number))
        rows(server, "INSERT INTO history_span VALUES (?, ?, ?, 1, 0)",
             (number, at, at + 3600))
        rows(server, "INSERT INTO history_text VALUES (?, 'fw', ?, ?)",
             (number, at, f"of-{ago}"))


def change(server, *statements):
    """What has happened in an instant here takes its time elsewhere."""
    for statement in statements:
        rows(server, statement)


def days(server):
    return [day for day, in rows(server, "SELECT day FROM history_day "
                                         "ORDER BY day")]


def stops_and_starts(server, device):
    device.poll(command=HEALTH.format("0.20", "22.03")).ok()
    device.poll(command=HEALTH.format("0.60", "22.03")).ok()
    eventually(lambda: history(server, device)["spans"], what="a span")
    server.stop()       # writes the hour that is under way
    record = history(server, device)
    load = field(record, "load")
    eq((load["least"], load["most"], load["points"][0][2]), (0.2, 0.6, 0.4),
       "least, most and mean")
    change(server, "UPDATE history_text SET since = since - 60")
    eq(record["outages"][0]["why"], "stopped", "the server is away")
    server.start()
    device.poll(command=HEALTH.format("1.00", "23.05")).ok()
    eventually(lambda: len([c for c in history(server, device)["changes"]
                            if c["name"] == "fw"]) == 2,
               what="the new firmware has a date")
    server.stop()
    record = history(server, device)
    points = field(record, "load")["points"]
    # The polls of one hour are one point, of both runs; or the hour is over.
    check(points[-1][3] == 1.0 and len(points) <= 2, f"points: {points}")
    eq(len(record["spans"]), 1, "one span goes through the server's absence")
    check(record["months"][-1]["bytes_in"] > 0, "bytes")
    server.start()


def is_killed(server, device):
    after = server.events.mark()
    keeper = server.keeper()
    device.poll(command=HEALTH.format("7.00", "23.05")).ok()
    os.kill(keeper, signal.SIGKILL)
    lost = server.events.wait("store", after=after)
    check("keeper was started anew" in lost["reason"] and
          "are lost" in lost["reason"], f"it says so: {lost}")
    eq(len([o for o in history(server, device)["outages"]
            if o["why"] == "killed"]), 0, "the server itself was there")
    device.poll().ok()
    eventually(lambda: server.pids("et-sshd-keeper") not in ([], [keeper]),
               what="another keeper")
    os.kill(server.process.pid, signal.SIGSTOP)
    pids = proc.descendants(server.process.pid)
    for pid in pids:
        proc.kill(pid, signal.SIGKILL)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    eventually(lambda: not [p for p in pids if proc.alive(p)],
               what="its processes are gone")
    # It was last alive ten minutes ago.
    change(server, "UPDATE node SET alive = alive - 600000000",
           "UPDATE history_span SET since = since - 1000",
           "UPDATE device_seen SET last_seen = last_seen - 610000000 "
           "WHERE last_seen > 0")
    after = server.events.mark()
    server.start()
    lost = server.events.wait("store", after=after)
    check("killed at" in lost["reason"], f"it says so: {lost}")
    device.poll().ok()
    record = history(server, device)
    killed = [o for o in record["outages"] if o["why"] == "killed"]
    check(len(killed) == 1 and killed[0]["lasted"] >= 600, f"{killed}")
    eq((len(record["spans"]), record["availability"]), (1, 1.0),
       "nobody is blamed for the server")
    eq(share(server, device), 1.0, "the report says so, too")


def is_seen_by_role(server, device, other):
    alice = operator(server, "alice", "viewer", "a")
    out = alice.command("device history kitchen")[1]
    check("100.000 %" in out and "Presence:" in out, out)
    eq(alice.command(f"device history {other.name}")[0], 1, "not hers")
    rows = list(csv.DictReader(io.StringIO(
        alice.command("report --csv")[1])))
    eq({row["device"] or "tag " + row["tag"] for row in rows},
       {device.name, "tag a"}, "her part of the report")
    rows = list(csv.DictReader(io.StringIO(
        server.admin("report", "--csv").ok().out)))
    eq([row["availability"] for row in rows if row["device"] == other.name],
       [""], "of a device that never was there")
    eq(server.admin("report", "--since", "x").code, 2, "--since")


def test(t):
    server = Server(t)
    device = server.device("kitchen-1", "--alias", "kitchen", "--tag", "a")
    other = server.device("other-1")
    stops_and_starts(server, device)
    is_killed(server, device)
    is_seen_by_role(server, device, other)
    server.stop()
    now = int(time.time())
    plant(server, device, now)
    server.start()
    eventually(lambda: (now - 100 * DAY) // DAY not in days(server),
               what="what is too old goes")
    check((now - 50 * DAY) // DAY in days(server), "the rest stays")
    eventually(lambda: not [c for c in history(server, device)["changes"]
                            if c["value"] == "of-100"], what="its texts, too")
    server.stop()
    server.set(history="20d")
    server.start()
    eventually(lambda: len(days(server)) <= 2, what="less is kept")


run(test)
