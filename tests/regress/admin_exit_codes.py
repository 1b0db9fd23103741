#!/usr/bin/python3
"""et-admin: 0 done, 1 refused with one line that says why, 2 usage."""
from harness import Server, check, eq, run

REFUSED = [
    ("device", "show", "nobody"),
    ("device", "add", "6466b34bde54"),          # is there already
    ("device", "tag", "6466b34bde54", "+NOT A TAG"),
    ("key", "revoke", "SHA256:" + "A" * 43),
    ("forward", "open", "nobody", "22:9876"),
    ("forward", "close", "6466b34bde54", "9999"),
    ("session", "kill", "6466b34bde54"),
    ("permit", "remove", "999"),
]
USAGE = [
    (), ("no-such-noun",), ("device",), ("device", "no-such-verb"),
    ("forward", "open", "6466b34bde54"),
    ("forward", "open", "6466b34bde54", "22:0"),
    ("forward", "open", "6466b34bde54", "22:65536"),
    ("forward", "open", "6466b34bde54", "22:9876", "--ttl", "soon"),
    ("device", "list", "--no-such-option"),
]


def test(t):
    server = Server(t)
    server.device("6466b34bde54")
    for args in REFUSED:
        done = server.admin(*args)
        check(done.code in (1, 2), f"{done}")
        check(done.err.strip(), f"it says why: {done}")
        if done.code == 1:
            eq(len(done.err.strip().splitlines()), 1, f"lines of {done}")
    for args in USAGE:
        eq(server.admin(*args).code, 2, f"status of {args}")
    for noun in ("device", "key", "forward", "permit", "session",
                 "heartbeat", "hostkey", "status"):
        check(noun in server.admin(noun, "--help").ok().out, f"{noun} --help")


run(test)
