#!/usr/bin/python3
"""A tunnel that is lost before its ttl is queued again."""
import os
import signal

from harness import Server, eq, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    port = fresh_port()
    tunnel = device.ask_and_open(22, port)
    server.wait_state(port, "open")
    os.killpg(tunnel.pid, signal.SIGKILL)
    server.events.wait("forward.close", sport=port)
    server.wait_state(port, "queued")
    eq(device.answer(), [f"22:{port}"], "the next poll")
    after = server.events.mark()
    device.tunnel((22, port))
    server.events.wait("forward.open", after=after, sport=port)


run(test)
