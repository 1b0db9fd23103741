#!/usr/bin/python3
"""What one connection signs is never taken for another's login."""
import os
import signal
import socket
import time

from harness import Key, Server, check, eq, run
from harness.clients import Device
from harness.packets import auth_wire, public_key_request

USER_MAX = 64            # bytes


def signed(wire, user, key):
    wire.userauth(user, "publickey", public_key_request(wire, user, key))


def test(t):
    server = Server(t, workers=1, max_auth_tries=100)
    device = server.device()
    key = Key(t, "stranger")
    stranger = Device(server, "stranger", key)
    worker = server.workers()
    for _ in range(5):
        two, one = auth_wire(stranger), auth_wire(stranger)
        # All of it is there when the worker looks again.
        os.kill(worker[0], signal.SIGSTOP)
        two.transport.sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        signed(two, "first", key)
        signed(two, "second", key)
        two.transport.sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        time.sleep(0.05)
        signed(one, "n" * (USER_MAX + 1), key)        # refused unasked
        time.sleep(0.05)
        os.kill(worker[0], signal.SIGCONT)
        for _ in range(2):
            check(two.receive() is not None, "both are answered")
        two.transport.close()
        one.transport.close()
    device.poll().ok()
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
