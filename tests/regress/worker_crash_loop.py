#!/usr/bin/python3
"""Workers killed again and again come back, without a busy loop."""
import os
import signal

from harness import Server, check, eventually, proc, run


def test(t):
    server = Server(t, workers=2)
    device = server.device()
    for _ in range(10):
        victim = eventually(server.workers, what="a worker")[0]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: not proc.alive(victim), what="it died")
    eventually(lambda: len(server.workers()) == 2, what="both are back")
    eventually(lambda: device.poll().code == 0, what="polls work")
    check(server.process.poll() is None, "et-sshd runs")


run(test)
