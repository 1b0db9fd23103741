#!/usr/bin/python3
"""A client that stops answering keepalives is gone after client-alive."""
import os
import signal
import time

from harness import Server, check, fresh_port, run


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=2)
    device = server.device()
    port = fresh_port()
    for client in ("dbclient", "ssh"):
        tunnel = device.ask_and_open(22, port, client=client)
        time.sleep(4)           # it answers: it stays
        check(tunnel.poll() is None, f"{client} stays while it answers")
        after = server.events.mark()
        os.killpg(tunnel.pid, signal.SIGSTOP)
        server.events.wait("session.close", timeout=8, after=after)
        server.events.wait("forward.close", after=after, sport=port)
        server.wait_state(port, "queued")
        os.killpg(tunnel.pid, signal.SIGKILL)
        server.admin_ok("forward", "close", device.name, port)


run(test)
