#!/usr/bin/python3
"""An unknown key is refused; the event names it."""
from harness import Key, Server, check, eq, run
from harness.clients import Device


def test(t):
    server = Server(t)
    server.device()
    stranger = Device(server, "6466b34bde54", Key(t, "stranger"))
    for client in ("dbclient", "ssh"):
        after = server.events.mark()
        done = stranger.poll(client)
        check(done.code != 0 and done.out == "", f"refused: {done}")
        event = server.events.wait("login.refused", after=after)
        eq((event["reason"], event["key"], event["user"], event["addr"]),
           ("unknown key", stranger.key.fingerprint, "device6466b34bde54",
            "127.0.0.1"), "event")
    eq(server.events.find("login"), [], "logins")


run(test)
