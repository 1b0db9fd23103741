#!/usr/bin/python3
"""kill -9 of the keeper: polls go on, it comes back, nothing acknowledged
is lost."""
import os
import signal

from harness import Server, check, eventually, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    for _ in range(5):
        port = fresh_port()
        keeper = server.keeper()
        server.admin("forward", "open", device.name, f"22:{port}").ok()
        os.kill(keeper, signal.SIGKILL)
        device.poll().ok()
        eventually(lambda: server.pids("et-sshd-keeper") not in ([], [keeper]),
                   what="respawned")
        check(server.forward_state(port) is not None, "the forward is kept")
        server.admin_ok("device", "disable", device.name)
        check(device.poll().code != 0, "a change arrives")
        server.admin_ok("device", "enable", device.name)
        server.admin_ok("forward", "close", device.name, port)
    keeper = server.keeper()
    os.kill(keeper, signal.SIGSTOP)
    device.poll().ok()
    os.kill(keeper, signal.SIGKILL)
    eventually(lambda: server.pids("et-sshd-keeper") not in ([], [keeper]),
               what="respawned")
    server.events.wait("heartbeat", count=6)

    def newest():
        rows = server.admin_json("heartbeat", "show", device.name)
        return rows[-1]["seq"] if rows else 0
    seq = newest()
    device.poll().ok()
    eventually(lambda: newest() > seq, what="a heartbeat is kept again",
               every=0.1)


run(test)
