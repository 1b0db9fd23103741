#!/usr/bin/python3
"""SIGHUP takes over proxy-from, for the connections that come afterwards."""
from harness import Server, check, eq, run
from harness.packets import closed_within, read_version
from harness.proxy import arrive, header


def reload(server, *networks):
    server.set(proxy_from=list(networks))
    event = server.events.wait("reload", 60, server.hup())
    check("needs_restart" not in event, f"it needs a restart: {event}")


def test(t):
    server = Server(t)
    held = server.connect()
    read_version(held)
    sock = arrive(server, header("192.0.2.1"))
    check(closed_within(sock, 30), "a header of nobody's")
    reload(server, "127.0.0.1", "::1")
    read_version(arrive(server, header("192.0.2.1")))
    reload(server, "127.0.0.2/32")
    read_version(server.connect())
    read_version(arrive(server, header("192.0.2.2"), "127.0.0.2"))
    reload(server)
    read_version(server.connect())
    server.stop()
    said = {e["addr"] for e in server.events.find("session.close")}
    eq(said, {"127.0.0.1", "192.0.2.1", "192.0.2.2"}, "addresses")


run(test)
