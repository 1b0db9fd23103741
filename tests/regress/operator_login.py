#!/usr/bin/python3
"""An operator logs in with their key and name; the events say who."""
import paramiko
from harness import Server, check, eq, eventually, run
from harness.clients import Device
from harness.operators import Operator, operator


def refused(who):
    try:
        who.login()
    except paramiko.AuthenticationException:
        return True
    return False


def test(t):
    server = Server(t)
    device = server.device("router", "--tag", "lab")
    alice = operator(server, "alice", "operator", "lab")
    bob = operator(server, "bob", "admin")
    transport = alice.login()
    login = server.events.wait("login", operator="alice")
    eq((login["key"], login["addr"], "device" in login),
       (alice.key.fingerprint, "127.0.0.1", False), "the event")
    for name, key, reason in (
            ("bob", alice.key, "key of another operator"),
            ("router", alice.key, "key of another operator"),
            ("devicealice", alice.key, "key of another operator"),
            ("alice", device.key, "key of another device")):
        after = server.events.mark()
        check(refused(Device(server, name, key, user=name)), f"as {name}")
        server.events.wait("login.refused", after=after, user=name,
                           reason=reason)
    rows = eventually(lambda: [r for r in server.admin_json("session", "list")
                               if r["operator"] == "alice"],
                      what="the session is listed", every=0.05)
    eq((rows[0]["device"], rows[0]["key"]), (None, alice.key.fingerprint),
       "the row")
    after = server.events.mark()
    server.admin_ok("session", "kill", rows[0]["session"])
    server.events.wait("session.close", after=after, operator="alice",
                       reason="killed by an operator")
    eventually(lambda: not transport.is_active(), what="the client sees it")
    # Added anew under the same name with another key, while connected.
    held = bob.login()
    old = bob.key
    server.admin_ok("operator", "remove", "bob")
    eventually(lambda: not held.is_active(), what="the session ends")
    bob = operator(server, "bob", "viewer")
    check(refused(Operator(server, "bob", old)), "the old key")
    bob.login()
    # Operators survive the server's end.
    server.stop()
    server.start()
    alice.login()


run(test)
