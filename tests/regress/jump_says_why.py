#!/usr/bin/python3
"""Why a jump is refused comes before the refusal, where "ssh -v -J" prints it: one
text for a name that is nobody's and for a device out of the grant, with the command
that lists the others; and for a device of the grant what is wrong with it."""
from harness import Key, Server, check, eq, run
from harness.operators import operator


def said(t, who, key, name):
    """What ssh prints that the server told it, and how it ends."""
    words = who.jump(22, key)
    done = t.run([words[0], "-v", *words[1:], f"root@{name}"], timeout=60)
    eq(done.code, 255, f"{name}: {done}")
    check("open failed" in done.err, f"it is refused: {done}")
    return [line.split("Remote: ", 1)[1] for line in done.err.splitlines()
            if "Remote: " in line]


def test(t):
    server = Server(t, reach_timeout=1)
    for name, tag in (("kitchen", "a"), ("attic", "a"), ("cellar", "b")):
        server.device(name, "--tag", tag)
    alice, key = operator(server, "alice", "operator", "a"), Key(t, "device")
    unknown = ("port 22: no such device, or port not granted to you; see "
               f"ssh -p {server.port} alice@SERVER device list")
    for name, why in (("wrong-name", "no such device"),
                      ("cellar", "not granted")):
        eq(said(t, alice, key, name), [f"{name} {unknown}"], name)
        server.events.wait("jump.refused", target=name)
    server.admin_ok("device", "disable", "attic")
    eq(said(t, alice, key, "attic"), ["attic port 22: device disabled"],
       "one that it may reach")
    eq(said(t, alice, key, "kitchen"),
       ["kitchen port 22: device did not poll within 1 s"], "one that does not poll")


run(test)
