#!/usr/bin/python3
"""Who alone was in a worker that died is shut out; of two nobody is."""
import os
import signal

from harness import Server, check, dial, eq, eventually, run
from harness.packets import closed_within, read_version


def stranger(server, source):
    sock = dial(server.port, source)
    check(read_version(sock).startswith(b"SSH-2.0-"), "a version")
    return sock


def crash(server, socks):
    """The only worker dies, and all that it held."""
    after = server.events.mark()
    victim, = server.workers()
    os.kill(victim, signal.SIGKILL)
    server.events.wait("worker.exit", after=after, pid=victim)
    for sock in socks:
        check(closed_within(sock, 30), "what it held is closed")
        sock.close()
    eventually(lambda: len(server.workers()) == 1, what="respawned")
    server.events.wait("worker.start", after=after)
    server.events.wait("session.close", after=after, count=len(socks))
    return [e["addr"] for e in server.events.find("limit", after)]


def refused(server, source):
    """Is a connection from this address closed without a word?"""
    with dial(server.port, source) as sock:
        sock.settimeout(30)
        try:
            return sock.recv(100) == b""
        except ConnectionError:
            return True


def test(t):
    server = Server(t, workers=1, per_source_penalties=True)
    device = server.device()
    both = [stranger(server, s) for s in ("127.0.0.2", "127.0.0.3")]
    eq(crash(server, both), [], "who is shut out, of two")
    eq(crash(server, [stranger(server, "127.0.0.2")]), ["127.0.0.2"],
       "who is shut out, alone")
    check(refused(server, "127.0.0.2"), "the source is refused")
    check(not refused(server, "127.0.0.3"), "another source is served")
    device.poll().ok()


run(test)
