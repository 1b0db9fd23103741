#!/usr/bin/python3
"""kill -9 of a worker: others untouched, its forwards queued, respawned."""
import os
import signal

from harness import Server, check, dial, eq, eventually, fresh_port, run
from harness.device import Listener, echo


def say(port):
    try:
        with dial(port) as s:
            s.sendall(b"hello")
            return s.recv(5) == b"hello"
    except OSError:
        return False


def test(t):
    server = Server(t, workers=2)
    service = Listener(t, echo).port
    devices, ports = [], []
    for number in range(6):
        devices.append(server.device(f"unit-{number}"))
        ports.append(fresh_port())
        devices[-1].ask_and_open(service, ports[-1])
    check(all(say(p) for p in ports), "all tunnels work")
    victim = server.workers()[0]
    after = server.events.mark()
    os.kill(victim, signal.SIGKILL)
    server.events.wait("worker.exit", after=after, pid=victim)
    eventually(lambda: len(server.workers()) == 2, what="respawned")
    server.events.wait("worker.start", after=after)
    lost = {e["device"] for e in
            server.events.find("session.close", after)}
    check(0 < len(lost) < 6, f"{len(lost)} of 6 were the victim's")
    for device, port in zip(devices, ports):
        if device.name in lost:
            server.wait_state(port, "queued")
            eq(device.answer(), [f"{service}:{port}"], "the next poll")
            device.tunnel((service, port))
            server.events.wait("forward.open", after=after, sport=port)
        check(say(port), f"the tunnel of {device.name}")
    check(victim not in server.workers(), "it is another process")


run(test)
