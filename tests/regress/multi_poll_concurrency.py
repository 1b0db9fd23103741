#!/usr/bin/python3
"""50 polls of 50 devices at once are all answered."""
import subprocess

from harness import LEGACY, Server, eq, run


def test(t):
    server = Server(t, per_source_max_startups=100)
    devices = [server.device(f"unit-{n}") for n in range(50)]
    started = [t.spawn([*d.argv("dbclient"), LEGACY], stdout=subprocess.PIPE)
               for d in devices]
    for process in started:
        out = process.communicate()[0]
        eq((process.returncode, out), (0, b"0\n"), "a poll")
    server.events.wait("heartbeat", count=50)
    eq(len({e["device"] for e in server.events.find("heartbeat")}), 50,
       "devices")


run(test)
