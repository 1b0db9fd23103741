#!/usr/bin/python3
"""A device whose channels take 10 bytes a packet ends its own connection.

libssh 0.10.6 would write empty packets without end for it, and later ones some
6,500 packets for one read of a visitor's bytes.
"""
import queue

from harness import PATIENCE, Server, check, dial, eq, eventually, \
    fresh_port, run

ENDED = "maximum packet size too small"


def test(t):
    server = Server(t)
    device, other = server.device("small"), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    workers = server.workers()
    transport = device.login()
    transport.default_max_packet_size = 10      # in its answers to an open
    got = queue.Queue()
    transport.request_port_forward("localhost", port,
                                   lambda c, *_: got.put(c))
    with dial(port) as visitor:
        got.get(timeout=PATIENCE)
        visitor.sendall(b"x" * 65536)
        eventually(lambda: not transport.is_active(),
                   what="the end of the connection")
    closed = server.events.wait("session.close", device=device.name)
    eq(closed["reason"], ENDED, "why")
    other.poll().ok()
    eq(server.workers(), workers, "the workers")
    check(not server.events.find("worker.exit"), "no worker was lost")


run(test)
