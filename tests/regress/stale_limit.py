#!/usr/bin/python3
"""Without its store the server serves until stale-limit, then refuses."""
import os
import signal

from harness import Server, check, eventually, proc, run


def test(t):
    server = Server(t, stale_limit=8)
    device = server.device()
    os.kill(server.keeper(), signal.SIGSTOP)
    device.poll().ok()
    after = server.events.mark()
    eventually(lambda: device.poll().code != 0, what="refused", every=0.1)
    server.events.wait("login.refused", after=after, reason="store is stale")
    for pid in server.pids("et-sshd-keeper"):
        proc.kill(pid, signal.SIGCONT)
    eventually(lambda: device.poll().code == 0, what="served again", every=0.1)
    check(server.process.poll() is None, "et-sshd runs")


run(test)
