#!/usr/bin/python3
"""One device holds two forwards at once, each to its own service."""
from harness import Server, dial, eq, fresh_port, run
from harness.device import Listener


def test(t):
    server = Server(t)
    device = server.device()
    pairs = []
    for name in (b"ssh", b"web"):
        def serve(connection, name=name):
            with connection:
                connection.sendall(name)
        pairs.append((Listener(t, serve).port, fresh_port()))
    for dport, sport in pairs:
        server.admin_ok("forward", "open", device.name, f"{dport}:{sport}")
    eq(len(device.answer("poll 1")), 2, "lines of the poll")
    device.tunnel(*pairs)
    server.events.wait("forward.open", count=2)
    for (_, sport), name in zip(pairs, (b"ssh", b"web")):
        with dial(sport) as s:
            eq(s.recv(100), name, "the service")
            eq(s.recv(100), b"", "its end")


run(test)
