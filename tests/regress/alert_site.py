#!/usr/bin/python3
"""A site whose uplink is cut is one alert, and one when it is back; a wide
group that has it does not tell it again.  The stream's file: its mode, its
rotation."""
import json
import stat

from harness import check, eq, run
from harness.alerts import AlertServer
from harness.operators import operator

DOWN = ("open", "site.offline", "tag:house")
UP = ("close", "site.offline", "tag:house")


def test(t):
    server = AlertServer(t)
    house = [f"house-{n}" for n in range(4)]
    for name in house:
        server.router(name, "all", "house")
    for n in range(5):
        server.router(f"farm-{n}", "all")
    server.pass_time(130)
    server.unplug(*house)
    server.pass_time(260, until=1)
    opened, = server.told(DOWN)
    eq((sorted(opened["devices"]), opened["count"], opened["severity"]),
       (house, 4, "critical"), "the line")
    for name, grant, seen in (("alice", "house", ["tag:house"]),
                              ("bob", "farm", [])):
        status, out, _ = operator(server, name, "operator", grant).command(
            "alert list --json")
        eq((status, [json.loads(row)["subject"] for row in out.splitlines()]),
           (0, seen), f"what {name} sees")
    mode = stat.S_IMODE(server.stream.stat().st_mode)
    eq(mode, 0o640, "the stream's mode")
    old = server.stream.with_suffix(".1")
    server.stream.rename(old)
    after = server.hup()
    server.events.wait("reload", after=after)
    server.pass_time(60)
    server.told()
    server.plug(*house[:3])
    server.pass_time(150, until=1)
    closed, = server.told(UP)
    eq((closed["id"], closed["missing"]), (opened["id"], house[3:]),
       "who is still missing")
    check(closed["seq"] > opened["seq"], "seq goes up")
    # It is an alert of its own now.
    server.pass_time(200, until=2)
    server.told(UP, ("open", "device.gone", house[3]))


run(test)
