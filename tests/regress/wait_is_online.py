#!/usr/bin/python3
"""A device that waits is online as long as its connection is, without polls;
one that stops answering keepalives is not."""
import os
import signal

from harness import Server, check, eq, eventually, run
from harness.store import restart_seen
from harness.waiting import Waiting


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=4)
    device, other = server.device("waits"), server.device("polls")

    def row():
        return [r for r in server.admin_json("device", "list")
                if r["device"] == device.name][0]
    for each in (device, other):
        each.poll().ok()
    # Both are offline in a moment, unless they are seen.
    restart_seen(server, 297, device, other)
    after = server.events.mark()
    wait = Waiting(device)
    online = server.events.mark()
    server.events.wait("device.offline", after=after, device=other.name)
    eventually(lambda: row()["connected"], what="the session is stored")
    got = row()
    eq(got["state"], "online", "its state")
    began = got["last_seen"]
    check(" connected " in server.admin("device", "list").ok().out, "list")
    check("none: connected" in
          server.admin("device", "show", device.name).ok().out, "show")
    eq(server.events.find(("device.late", "device.offline"), online,
                          device=device.name), [], "while it waits")
    os.killpg(wait.process.pid, signal.SIGSTOP)
    closed = server.events.wait("session.close", after=after, conn=wait.conn)
    eq(closed["reason"], "no answer to keepalives", "reason")
    eventually(lambda: not row()["connected"] and row()["last_seen"] > began,
               what="it was seen until then")
    wait.end()
    after = restart_seen(server, 117, device)
    server.events.wait("device.late", after=after, device=device.name)


run(test)
