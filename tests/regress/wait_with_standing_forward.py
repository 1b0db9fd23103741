#!/usr/bin/python3
"""A permitted port in the connection that waits, as always-on devices have it."""
from harness import Server, check, dial, eq, fresh_port, run
from harness.device import Listener, answers, echo
from harness.waiting import Waiting


def talk(port):
    with dial(port) as s:
        s.sendall(b"hello")
        return s.recv(5)


def test(t):
    server = Server(t)
    device = server.device()
    service = Listener(t, echo).port
    for client in ("dbclient", "ssh"):
        standing, asked = fresh_port(), fresh_port()
        server.admin_ok("permit", "add", device.name, standing)
        wait = Waiting(device, client,
                       options=("-R", f"{standing}:localhost:{service}"))
        server.events.wait("forward.open", sport=standing)
        eq(talk(standing), b"hello", "the standing forward")
        server.admin_ok("forward", "open", device.name, f"{service}:{asked}")
        eq(wait.line(), f"{service}:{asked}", "told")
        eq(talk(standing), b"hello", "the standing forward beside it")
        # The permit goes: the port is closed, and the device knows.
        server.admin_ok("permit", "remove", device.name, standing)
        eq(wait.line(), f"close {standing}", "told")
        check(not answers(standing), "the port is closed")
        server.admin_ok("forward", "close", device.name, asked)
        eq(wait.line(), f"close {asked}", "told")
        wait.end()


run(test)
