#!/usr/bin/python3
"""kill -9 of the monitor leaves no process and no port, and no lost write."""
import os
import signal

from harness import Server, check, eventually, fresh_port, proc, run
from harness.device import answers


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    device.ask_and_open(22, port)
    pids = proc.descendants(server.process.pid)
    check(len(pids) >= 3, "workers and keeper")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    eventually(lambda: not [p for p in pids if proc.alive(p)],
               what="its processes leave by themselves")
    check(not answers(port), "the forward's port is free")
    server.start()
    check(f"22:{port}" in device.answer(), "queued again after the restart")


run(test)
