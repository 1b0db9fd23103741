#!/usr/bin/python3
"""A device takes its port over from its own stale session at once."""
import os
import signal

from harness import Server, dial, eq, fresh_port, run
from harness.device import Listener, echo


def test(t):
    server = Server(t)
    device = server.device()
    service, port = Listener(t, echo).port, fresh_port()
    stale = device.ask_and_open(service, port)
    first = server.events.wait("forward.open")
    os.killpg(stale.pid, signal.SIGSTOP)
    after = server.events.mark()
    device.tunnel((service, port))
    second = server.events.wait("forward.open", after=after)
    eq((second["reason"], second["sport"]), ("took over", port), "event")
    server.events.wait("session.close", after=after, conn=first["conn"])
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo through the new session")


run(test)
