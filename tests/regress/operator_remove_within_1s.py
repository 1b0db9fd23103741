#!/usr/bin/python3
"""operator remove returns when the live sessions are gone, in a second."""
import time

from harness import Server, check, eq, eventually, run
from harness.operators import operator


def test(t):
    server = Server(t)
    alice = operator(server, "alice", "viewer")
    bob = operator(server, "bob", "viewer")
    held = [alice.login() for _ in range(3)]
    other = bob.login()
    eventually(lambda: len([r for r in server.admin_json("session", "list")
                            if r["operator"] == "alice"]) == 3,
               what="the sessions are listed", every=0.05)
    # What a command takes by itself, on this machine.
    start = time.monotonic()
    server.admin_ok("operator", "list")
    own = time.monotonic() - start
    start = time.monotonic()
    out = server.admin("operator", "remove", "alice").ok().out
    took = time.monotonic() - start
    check("removed; 3 sessions ended" in out, out)
    check(took < 1.2 + 3 * own, f"it took {took:.2f} s of {own:.2f} s")
    eq(len(server.events.find("session.close", operator="alice",
                              reason="operator removed")), 3,
       "sessions gone when it returns")
    eventually(lambda: not any(h.is_active() for h in held),
               what="the clients see it")
    check(other.is_active(), "another operator's session stays")


run(test)
