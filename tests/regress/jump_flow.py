#!/usr/bin/python3
"""A jump within one worker and across two: EOF of one way, the end of one
side, and a reader that does not read, beside which others go on."""
import queue
import socket
import threading
import time

from harness import (PATIENCE, check, eq, plain_build_only, proc, run)
from harness.device import (Listener, answers_at_eof, count, digest, echo,
                            receive_digest, send_blocks)
from harness.jumps import Way

COUNT = 32              # MiB, far above what may be on the way
BOUND = 12 << 20
QUIET = 0.5             # s


def half_close(way, port):
    with way.dial(port) as s:
        s.sendall(b"x" * 300000)
        s.shutdown(socket.SHUT_WR)
        eq(s.recv(100), b"got 300000", "after the EOF")
        eq(s.recv(100), b"", "the end")


class EndsFirst:
    """A service that says a word and EOF, and hears on."""

    def __init__(self):
        self.got = queue.Queue()

    def __call__(self, connection):
        with connection:
            connection.sendall(b"hello")
            connection.shutdown(socket.SHUT_WR)
            self.got.put(count(connection))


def service_ends(way, port, service):
    with way.dial(port) as s:
        eq(s.recv(100), b"hello", "the service's word")
        eq(s.recv(100), b"", "its EOF")
        s.sendall(b"x" * 300000)
    eq(service.got.get(timeout=PATIENCE), 300000, "after the service's EOF")


class Stalled:
    """A service that reads only when it is told to, and then sends."""

    def __init__(self):
        self.go, self.got = threading.Event(), queue.Queue()

    def __call__(self, connection):
        self.go.wait()
        self.got.put(receive_digest(connection, COUNT))
        send_blocks(connection, COUNT)
        connection.shutdown(socket.SHUT_WR)


def stall(way, other, work):
    """Nobody reads: no worker grows, and another jump goes on."""
    workers = way.server.workers()
    before = max(proc.rss(p) for p in workers)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    worst, finish = 0, time.monotonic() + 1
    while time.monotonic() < finish:
        worst = max([worst, *(proc.rss(p) for p in workers)])
        other.sendall(b"ping")
        eq(other.recv(4), b"ping", "beside it")
        time.sleep(0.02)
    check(worst - before < BOUND, f"a worker grew by {worst - before} bytes")
    check(thread.is_alive(), "the sender is held back")
    before = sum(proc.cpu(p) for p in workers)
    time.sleep(QUIET)
    used = sum(proc.cpu(p) for p in workers) - before
    check(used < QUIET / 2, f"nobody spins: {used} s of {QUIET}")
    return thread


def slow_reader(way, port, service, other):
    with way.dial(port) as s, way.dial(other) as beside:
        up = stall(way, beside, lambda: send_blocks(s, COUNT))
        service.go.set()
        up.join(PATIENCE)
        stall(way, beside, threading.Event().wait)   # the operator stalls
        eq(receive_digest(s, COUNT), digest(COUNT), "from the device")
    eq(service.got.get(timeout=PATIENCE), digest(COUNT), "to the device")


def both_sides_end(way, port, connections):
    """Either side's end is the other's, at once."""
    with way.dial(port) as s:
        s.sendall(b"x")
        eq(s.recv(1), b"x", "the echo")
        connections[-1].shutdown(socket.SHUT_RDWR)
        eq(s.recv(1), b"", "the service is gone")
    before = len(connections)
    with way.dial(port) as s:
        s.sendall(b"x")
        eq(s.recv(1), b"x", "the echo")
    check(len(connections) == before + 1, "another connection")
    way.server.events.wait("jump.close", dport=port, count=2,
                           bytes_in=1, bytes_out=1)


def test(t):
    plain_build_only("memory is another")
    for workers, client in ((1, "dbclient"), (2, "ssh")):
        stalled, first = Stalled(), EndsFirst()
        echoes = Listener(t, echo)
        eof = Listener(t, answers_at_eof).port
        slow, ends = Listener(t, stalled).port, Listener(t, first).port
        way = Way(t, workers, client,
                  ports=(echoes.port, eof, slow, ends))
        half_close(way, eof)
        service_ends(way, ends, first)
        both_sides_end(way, echoes.port, echoes.connections)
        slow_reader(way, slow, stalled, echoes.port)
        way.end()


run(test)
