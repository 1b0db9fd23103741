#!/usr/bin/python3
"""EOF of one direction passes while the other goes on, both ways."""
import queue
import socket

from harness import PATIENCE, Server, dial, eq, fresh_port, run
from harness.device import Listener, answers_at_eof, count


def test(t):
    server = Server(t)
    for client in ("dbclient", "ssh"):
        device = server.device(client)
        service, port = Listener(t, answers_at_eof).port, fresh_port()
        device.ask_and_open(service, port, client=client)
        with dial(port) as s:
            s.sendall(b"x" * 100000)
            s.shutdown(socket.SHUT_WR)
            eq(s.recv(100), b"got 100000", f"after the EOF, with {client}")
            eq(s.recv(100), b"", "the end")

        got = queue.Queue()

        def ends_first(connection, got=got):
            with connection:
                connection.sendall(b"hello")
                connection.shutdown(socket.SHUT_WR)
                got.put(count(connection))

        service, port = Listener(t, ends_first).port, fresh_port()
        device.ask_and_open(service, port, client=client)
        with dial(port) as s:
            eq(s.recv(100), b"hello", f"the service's word, with {client}")
            eq(s.recv(100), b"", "its EOF")
            s.sendall(b"x" * 100000)
        eq(got.get(timeout=PATIENCE), 100000, "after the service's EOF")


run(test)
