#!/usr/bin/python3
"""Another host key, or one that is not pinned, is refused at once, and said:
by dbclient, whose stdin must not be /dev/null then, and by ssh."""
import shutil

from router import Key, Router, check, run
from harness import eq, eventually


def refused(r, words):
    done = r.phone("poll", timeout=60)
    eq(done.code, 1, f"a poll that must fail: {done}")
    check(words in done.err, f"what it says: {done}")
    eventually(lambda: r.pids() == {}, what="nothing is left")


def test(t):
    r = Router(t)
    etc = r.root / "etc/et-phone-home"
    r.add_program("ssh", "usr/bin/ssh")
    shutil.copy(r.device.key.openssh, etc / "id_ssh")
    others = [Key(t, "another"), Key(t, "another-rsa", "rsa", 2048)]
    for client in ("dbclient", "ssh"):
        for keys, words in ((others, "host key is NOT the pinned one"),
                            ([], "host key is not in ")):
            r.pin(keys)
            r.configure(client=client, timeout=20)
            refused(r, words)
        eq(r.server.events.find("login"), [], f"logins of {client}")
    r.pin(others)
    r.start_client()
    r.wait_log("host key is NOT the pinned one: refused")
    for client in ("dbclient", "ssh"):
        r.stop() if client == "dbclient" else None
        r.pin()
        r.configure(client=client)
        r.phone("poll").ok()
        r.server.events.wait("login", client=lambda c: (
            "dropbear" in c) == (client == "dbclient"))


run(test)
