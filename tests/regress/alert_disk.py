#!/usr/bin/python3
"""A disk that is full under the event log is an alert, in a stream that is
elsewhere, and one more when there is room again."""
import json

from harness import Server, eventually, run
from harness.mounts import fill, own_tmpfs


def test(t):
    small = t.dir / "small"
    own_tmpfs(t, small, "1m")
    server = Server(t, start=False)
    server.own(small)
    stream = server.dir / "state" / "alerts.log"
    server.set(event_log=small / "events.log", alert_log=stream)
    server.events_outside(small / "events.log", own=False)
    server.start()
    device = server.device()

    def told():
        device.poll().ok()
        return [(line["event"], line["kind"], line["subject"]) for line in
                map(json.loads, stream.read_text().splitlines())]
    filler = fill(small)
    opened = ("open", "disk", "server")
    eventually(lambda: told() == [opened], what="told that it is full")
    filler.unlink()
    eventually(lambda: told() == [opened, ("close", "disk", "server")],
               what="told that it has room")


run(test)
