#!/usr/bin/python3
"""A client may know many algorithms; more than fit in SIGN end its connection
and nothing else."""
import os

from harness import Server, check, eq, run
from harness.packets import VERSION, closed_within, kexinit, packet, \
    parse_kexinit, read_packet, read_version, string

ECDH_INIT, ECDH_REPLY = 30, 31
GENERATOR = bytes([9]) + bytes(31)      # a point like any other (RFC 7748)


def exchange(server, size):
    """Begin a key exchange with a KEXINIT of about so many bytes."""
    names = ",".join(os.urandom(30).hex() for _ in range(size // 61))
    sock = server.connect()
    try:
        sock.sendall(VERSION + packet(
            kexinit(kex="curve25519-sha256," + names)) +
            packet(bytes([ECDH_INIT]) + string(GENERATOR)))
    except ConnectionError:
        pass
    return sock


def test(t):
    server = Server(t, workers=1)
    device = server.device()
    worker = server.workers()
    for size in (1000, 4000, 10000):
        sock = exchange(server, size)
        read_version(sock)
        parse_kexinit(read_packet(sock))
        eq(read_packet(sock)[0], ECDH_REPLY, f"the answer to {size} bytes")
    for number, size in enumerate((13000, 30000), 1):
        sock = exchange(server, size)
        check(closed_within(sock, 30), f"{size} bytes: still there")
        event = server.events.wait("session.close", 60, count=number)
        print(size, event["reason"])
    device.poll().ok()
    eq(server.workers(), worker, "the worker")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
