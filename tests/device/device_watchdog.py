#!/usr/bin/python3
"""A server that accepts and says nothing: the client is ended, its watchdog
with it, and the next server is asked."""
import socket

from router import SERVER_AT, Router, check, run
from harness import eq, eventually
from harness.proc import alive


def test(t):
    r = Router(t)
    silent = socket.create_server((SERVER_AT, 0), backlog=64)
    t.closers.append(silent.close)
    mute = f"{SERVER_AT}:{silent.getsockname()[1]}"
    real = f"{SERVER_AT}:{r.server.port}"
    for mode in ("poll", "wait"):
        r.configure(server=mute, timeout=1, mode=mode)
        done = r.phone("poll")
        eq(done.code, 1, "a poll that must fail")
        check("silent for 1 s" in done.err, f"what it says: {done}")
        r.gone()
    r.configure(server=f"{mute} {real}", timeout=4)
    done = r.phone("poll").ok()
    check(real in done.out, f"the second server answers: {done}")
    r.gone()
    r.start_client()
    r.server.events.wait("heartbeat", count=3)
    r.stop()
    # Stopped while it hangs, in either mode, nothing stays: no sleep either.
    for mode in ("poll", "wait"):
        r.configure(server=mute, timeout=600, mode=mode)
        r.start_client()
        eventually(r.clients, what="the client runs")
        eventually(lambda: "sleep 600" in r.pids().values(),
                   what="its watchdog sleeps")
        r.stop()
    # The tunnel that was begun hangs as well: ended with the poll that hangs.
    r.configure(server=mute, timeout=1)
    script = ". /usr/sbin/et-phone-home; lock; settings; split_server " \
        "$servers; heard_at=0; want 22 9876; health=; server=$servers; ask; " \
        "echo asked $? tunnels $(wc -l <$tunnels)"
    done = r.run("env", "ET_SOURCED=1", "/bin/sh", "-c", script)
    check("asked 1 tunnels 0" in done.out, f"no tunnel is left: {done}")
    r.gone()
    check(alive(r.init), "the device lives")


run(test)
