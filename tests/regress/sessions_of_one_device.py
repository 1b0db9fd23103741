#!/usr/bin/python3
"""One device's key does not take everybody's places."""
from harness import Server, check, eq, eventually, fresh_port, run

MOST = 64


def test(t):
    server = Server(t, per_source_max_startups=1000)
    greedy, other = server.device("greedy"), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", greedy.name, port)
    holder = greedy.login()
    holder.request_port_forward("localhost", port, lambda *_: None)
    held, channels = [], []
    for _ in range(MOST + 6):
        held.append(greedy.login())
        # With none the session would end by itself.
        channels.append(held[-1].open_session())
    server.events.wait("session.close", device=greedy.name, count=7,
                       reason="too many sessions of the device")
    eventually(lambda: sum(h.is_active() for h in held) == MOST - 1,
               what="the device keeps its share")
    check(held[-1].is_active(), "the newest stays")
    check(holder.is_active(), "the one that holds a port stays")
    eq(server.events.find("forward.close"), [], "ports that were closed")
    other.poll().ok()


run(test)
