#!/usr/bin/python3
"""Of a device's connections that wait the newest is told, as long as it is."""
from harness import Server, check, eq, fresh_port, run
from harness.waiting import Waiting


def test(t):
    server = Server(t)
    device = server.device()
    old, new = Waiting(device), Waiting(device, "ssh")
    first, second = fresh_port(), fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{first}")
    eq(new.line(), f"22:{first}", "the newer one")
    check(old.silent(), "the older one is told nothing")
    # What it was told and did not open falls to the older one, which stayed.
    new.end()
    eq(old.line(), f"22:{first}", "the older one")
    server.admin_ok("forward", "open", device.name, f"22:{second}")
    eq(old.line(), f"22:{second}", "the older one goes on")
    # A new one hears of all that is not open, whoever was told before.
    last = Waiting(device)
    eq({last.line(), last.line()}, {f"22:{first}", f"22:{second}"}, "all")
    server.admin_ok("forward", "close", device.name, first)
    eq(last.line(), f"close {first}", "the newest one")
    check(old.silent(), "the older one is told nothing")
    eq(len(server.events.find("login")), 3, "connections")
    eq(server.events.find("session.close", device=device.name,
                          conn=old.conn), [], "the older one stays")


run(test)
