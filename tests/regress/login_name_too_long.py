#!/usr/bin/python3
"""A user name of 64 bytes logs in; a longer one is refused, and logged cut."""
from harness import Server, check, eventually, run


def test(t):
    server = Server(t)
    name = "a" * 64
    device = server.device(name)
    device.user = name
    device.poll().ok()
    for size in (65, 1000, 30000):
        after = server.events.mark()
        device.user = "a" * size
        done = device.poll("ssh")
        check(done.code != 0 and done.out == "", f"refused: {done.code}")
        said = eventually(lambda: [
            e for e in server.events.read()[after:]
            if e["event"] in ("limit", "login.refused")
            and "user" in (e.get("reason", ""), *e)], what="it is said")
        check(all(len(str(e)) < 600 for e in said), "and it is cut")
    check(len(server.events.find("login")) == 1, "one login")


run(test)
