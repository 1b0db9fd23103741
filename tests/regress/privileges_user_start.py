#!/usr/bin/python3
"""Started as an ordinary user on a high port it works, and says what it
cannot do."""
from harness import Server, check, eq, proc, run
from harness.server import USER


def test(t):
    server = Server(t, run_as=USER)
    device = server.device()
    device.poll().ok()
    start = server.events.wait("start")
    check(start["without"], f"says what it cannot do: {start}")
    for pid in server.workers():
        got = proc.status(pid)
        eq(int(got["CapEff"], 16) | int(got["CapPrm"], 16), 0, "capabilities")
        eq((got["NoNewPrivs"], got["Seccomp"]), ("1", "2"), "sandbox")
    for pid in (server.process.pid, *proc.descendants(server.process.pid)):
        eq(proc.status(pid)["Seccomp"], "2", f"{proc.executable(pid)}'s filter")
    for pid in (server.process.pid, server.keeper()):
        eq(int(proc.status(pid)["CapPrm"], 16), 0, "capabilities")


run(test)
