#!/usr/bin/python3
"""A reader that does not read: memory stays bounded and nothing is lost."""
import socket
import threading
import time

from harness import (PATIENCE, Server, check, dial, eq, fresh_port,
                     plain_build_only, proc, run)
from harness.device import (Listener, digest, receive_digest, send_blocks)

COUNT = 48              # MiB, far above the queue's 1 MiB
BOUND = 12 << 20


def stall(server, work):
    """Run work while nobody reads; the workers must not grow."""
    workers = server.workers()
    before = max(proc.rss(p) for p in workers)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    worst, end = 0, time.monotonic() + 2
    while time.monotonic() < end:
        worst = max([worst, *(proc.rss(p) for p in workers)])
        time.sleep(0.05)
    check(server.sanitized() or worst - before < BOUND,
          f"a worker grew by {worst - before} bytes")
    check(thread.is_alive(), "the sender is held back")
    return thread


def test(t):
    plain_build_only("memory is another")
    server = Server(t)
    device = server.device()
    go, got = threading.Event(), []

    def serve(connection):
        go.wait()
        got.append(receive_digest(connection, COUNT))
        send_blocks(connection, COUNT)
        connection.shutdown(socket.SHUT_WR)

    service, port = Listener(t, serve).port, fresh_port()
    device.ask_and_open(service, port)
    with dial(port) as s:
        up = stall(server, lambda: send_blocks(s, COUNT))
        go.set()
        up.join(PATIENCE)
        eq(receive_digest(s, 0), digest(0), "nothing read yet")
        stall(server, threading.Event().wait)   # now the operator stalls
        eq(receive_digest(s, COUNT), digest(COUNT), "from the device")
    eq(got, [digest(COUNT)], "to the device")


run(test)
