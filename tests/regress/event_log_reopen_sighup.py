#!/usr/bin/python3
"""SIGHUP reopens the event log, as logrotate wants."""
from harness import Server, check, run


def test(t):
    server = Server(t)
    device = server.device()
    device.poll().ok()
    server.events.wait("heartbeat")
    old = server.events_path.with_suffix(".1")
    server.events_path.rename(old)
    device.poll().ok()
    server.events.wait("heartbeat", count=2)
    server.hup()
    path = server.events_path
    server.events.reopen(path)
    count = len(server.events.all)
    server.events.wait("reload", after=count)
    device.poll().ok()
    server.events.wait("heartbeat", after=count)
    check(len(old.read_text().splitlines()) >= 5, "the old file is whole")


run(test)
