#!/usr/bin/python3
"""An operator for a time: then no login, and what is open ends."""
import paramiko

from harness import Server, check, eq, eventually, run
from harness.clients import Key
from harness.operators import Operator


def test(t):
    server = Server(t)
    keys = {name: Key(t, name) for name in ("short", "long", "ever")}
    for name, more in (("short", ("--ttl", "3")), ("long", ("--ttl", "1h")),
                       ("ever", ())):
        server.admin_ok("operator", "add", name, "--role", "admin", "--key",
                        keys[name].pub, *more)
    who = {name: Operator(server, name, key) for name, key in keys.items()}
    rows = {r["operator"]: r for r in server.admin_json("operator", "list")}
    eq([rows[n]["expires"] is None for n in ("short", "long", "ever")],
       [False, False, True], "until when")
    held = {name: o.login() for name, o in who.items()}
    server.events.wait("session.close", operator="short",
                       reason="operator expired")
    eq({r["operator"]: r["state"]
        for r in server.admin_json("operator", "list")},
       {"short": "expired", "long": "active", "ever": "active"}, "states")
    eventually(lambda: not held["short"].is_active(), what="the client sees")
    try:
        who["short"].login()
        raise SystemExit("it may still log in")
    except paramiko.AuthenticationException:
        pass
    server.events.wait("login.refused", user="short",
                       reason="operator expired")
    check(held["long"].is_active() and held["ever"].is_active(), "the others")
    # It outlives a restart, as such.
    server.stop()
    server.start()
    try:
        who["short"].login()
        raise SystemExit("it may log in again")
    except paramiko.AuthenticationException:
        pass
    who["long"].login()
    for ttl in ("0", "x", "-1", ""):
        done = server.admin("operator", "add", "new", "--role", "admin",
                            "--key", keys["short"].pub, "--ttl", ttl)
        check(done.code == 2 and done.err.count("\n") == 1, str(done))


run(test)
