#!/usr/bin/python3
"""ssh -J to an unchanged device of the first version: it only polls."""
import subprocess

from harness import Server, check, eq, run
from harness.device import dropbear
from harness.operators import operator
from harness.original import original


def test(t):
    server = Server(t)
    sshd, key = dropbear(t)
    device = server.device("6466b34bde54", "--alias", "kitchen", "--tag", "lab")
    alice = operator(server, "alice", "operator", f"lab:{sshd}")
    argv = original(device)
    t.run(argv).ok()
    server.events.wait("heartbeat")
    waiting = t.spawn([*alice.jump(sshd, key), "root@6466b34bde54", "echo",
                       "reached"], stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT)
    server.events.wait("jump.wait", operator="alice", device=device.name,
                       dport=sshd)
    check(waiting.poll() is None, "it waits for the poll")
    tunnel = t.spawn(argv)              # one poll, which opens the tunnel
    out = waiting.communicate(timeout=60)[0]
    eq((waiting.returncode, out), (0, b"reached\n"), "through the jump")
    opened = server.events.wait("jump.open", operator="alice",
                                device=device.name, dport=sshd)
    closed = server.events.wait("jump.close", jump=opened["jump"])
    check(closed["bytes_in"] > 500 and closed["bytes_out"] > 500,
          f"bytes: {closed}")
    # Its connection is held for a while: no poll is needed.
    for target in ("kitchen", "6466b34bde54", "device6466b34bde54"):
        done = t.run([*alice.jump(sshd, key), f"root@{target}", "echo",
                      target], timeout=60)
        eq(done.ok().out, f"{target}\n", "again")
    eq(len(server.events.find("jump.wait")), 1, "jumps that waited")
    eq(len(server.events.find("heartbeat")), 2, "polls")
    virtual = server.events.find("forward.open")
    eq([(e["virtual"], e["dport"], e["sport"]) for e in virtual],
       [(True, sshd, sshd)], "the forward")
    check(tunnel.poll() is None, "the tunnel stays")


run(test)
