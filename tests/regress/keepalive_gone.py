#!/usr/bin/python3
"""A client that stops answering keepalives is gone after client-alive."""
import os
import signal
import time

from harness import Server, check, fresh_port, run


def test(t):
    server = Server(t, client_alive_interval=1, client_alive_count_max=4)
    device = server.device()
    tunnels = []
    for client in ("dbclient", "ssh"):
        port = fresh_port()
        tunnels.append((client, port, device.ask_and_open(22, port,
                                                          client=client)))
    time.sleep(6)               # they answer: they stay
    for client, port, tunnel in tunnels:
        check(tunnel.poll() is None, f"{client} stays while it answers")
        os.killpg(tunnel.pid, signal.SIGSTOP)
    for client, port, tunnel in tunnels:
        conn = server.events.wait("forward.open", sport=port)["conn"]
        server.events.wait("session.close", conn=conn,
                           reason="no answer to keepalives")
        server.events.wait("forward.close", sport=port)
        server.wait_state(port, "queued")


run(test)
