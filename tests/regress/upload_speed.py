#!/usr/bin/python3
"""A dbclient's small window does not meet delayed acknowledgements."""
import queue
import socket
import time

from harness import Server, check, eq, fresh_port, run
from harness.device import (BLOCK, Listener, digest, receive_digest,
                            send_blocks)

COUNT = 16              # MiB; at the 2 MB/s of a server with the fault: 8 s


def test(t):
    server = Server(t)
    device = server.device()
    got = queue.Queue()

    def serve(connection):
        got.put(receive_digest(connection, COUNT))
        send_blocks(connection, COUNT)
        connection.close()

    service, port = Listener(t, serve).port, fresh_port()
    device.ask_and_open(service, port)
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.settimeout(30)
        start = time.monotonic()
        send_blocks(s, COUNT)
        eq(got.get(timeout=30), digest(COUNT), "to the device")
        middle = time.monotonic()
        eq(receive_digest(s, COUNT), digest(COUNT), "from the device")
        end = time.monotonic()
    for way, took in (("to", middle - start), ("from", end - middle)):
        rate = COUNT * BLOCK / took / 1e6
        print(f"{way} the device: {rate:.1f} MB/s")
        check(rate > 6, f"{rate:.1f} MB/s {way} the device")


run(test)
