#!/usr/bin/python3
"""Always on: one connection is held, a standing forward in it; what is wanted
is opened at once; it comes back by itself."""
import socket

from router import Router, run
from scenes import fetch, opened
from harness import eq, eventually, fresh_port
from harness.operators import operator


def receive(channel):
    got = b""
    while data := channel.recv(65536):
        got += data
    return got


def test(t):
    r = Router(t)
    standing, asked = fresh_port(), fresh_port()
    r.server.admin_ok("permit", "add", r.ident, standing)
    r.server.admin_ok("permit", "add", r.ident, 80, "--virtual")
    r.configure(mode="wait", forward=f"80:{standing} 80", interval=4)
    r.serve()
    r.start_client()
    r.server.events.wait("heartbeat", waits=True)
    opened(r, standing)
    eq(fetch(standing), "the device's page\n", "the standing forward")
    r.server.events.wait("forward.open", sport=80, virtual=True)
    alice = operator(r.server, "alice", "admin")
    channel = alice.open(r.ident, 80, alice.login(
        sock=socket.create_connection(("192.0.2.1", r.server.port), 30)))
    channel.sendall(b"GET / HTTP/1.0\r\n\r\n")
    eq(b"the device's page" in receive(channel), True, "by a jump")
    eq(r.server.events.find("jump.wait"), [], "jumps that waited")
    r.server.admin_ok("forward", "open", r.ident, f"80:{asked}")
    opened(r, asked)
    eq(fetch(asked), "the device's page\n", "what was asked for")
    r.server.admin_ok("forward", "close", r.ident, asked)
    eventually(lambda: not r.clients(f"{asked}:"), what="closed as it is told")
    eq(fetch(standing), "the device's page\n", "the standing forward still")
    eq(len(r.server.events.find("heartbeat")), 1, "no polls beside it")

    after = r.server.events.mark()
    r.phone("reload").ok()
    r.server.events.wait("heartbeat", after=after, waits=True)
    r.server.stop()
    r.server.set(listen=[f"192.0.2.1:{r.server.port}"])
    after = r.server.events.mark()
    r.server.start()
    r.server.events.wait("forward.open", after=after, sport=standing)
    eq(fetch(standing), "the device's page\n", "after the restart")
    # A standing forward that is refused does not cut it off: it polls.
    after = r.server.events.mark()
    r.server.admin_ok("permit", "remove", r.ident, standing)
    r.phone("reload").ok()
    r.server.events.wait("heartbeat", after=after, waits=None)
    r.stop()


run(test)
