#!/usr/bin/python3
"""A known key under another device's name is refused."""
from harness import Server, check, eq, run
from harness.clients import Device


def test(t):
    server = Server(t)
    one, two = server.device("one"), server.device("two")
    for name in ("two", "root", "onee", ""):
        thief = Device(server, name, one.key, user=name)
        after = server.events.mark()
        done = thief.poll("ssh", options=("-l", name))
        check(done.code != 0 and done.out == "", f"refused: {done}")
        if name:
            event = server.events.wait("login.refused", after=after,
                                       user=name)
            eq((event["reason"], event["key"]),
               ("key of another device", one.key.fingerprint), "event")
    two.poll().ok()
    one.poll().ok()


run(test)
