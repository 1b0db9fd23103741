#!/usr/bin/python3
"""Each pool replaces its own workers, after their time and after kill -9, and
is in no way of the other's."""
import os
import signal

from harness import Server, check, dial, eq, eventually, fresh_port, run
from harness.device import Listener, echo
from harness.operators import operator, there

LIFETIME = 10           # connections of a worker


def pool(server, name):
    """The processes of a pool's workers that take connections."""
    gone = {e["pid"] for e in server.events.find("worker.exit")}
    return {e["pid"] for e in server.events.find("worker.start", pool=name)
            if e["pid"] not in gone}


def logins(server, who, done):
    """One after the other, so that workers serve their time."""
    for _ in range(30 * LIFETIME):
        if done():
            return
        who.login().close()
    check(False, "the workers are not replaced")


def say(port):
    with dial(port) as s:
        s.sendall(b"hello")
        return s.recv(5) == b"hello"


def killed(server, name, other):
    """All of one pool's workers: the other's are as before."""
    before, others, after = pool(server, name), pool(server, other), \
        server.events.mark()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    server.events.wait("worker.exit", after=after, count=len(before),
                       pool=name)
    server.events.wait("worker.start", after=after, count=len(before),
                       pool=name)
    eq(server.events.find("worker.start", after, pool=other), [],
       f"workers of {other} that started")
    eq(pool(server, other), others, f"the workers of {other}")
    eq(len(pool(server, name)), len(before), f"the workers of {name}")


def test(t):
    server = Server(t, workers=1, worker_lifetime=LIFETIME,
                    operator_listen=["127.0.0.1:0"])
    operators = "operator-listen"
    device = server.device()
    alice = there(operator(server, "alice", "admin"))
    first, theirs = pool(server, None), pool(server, operators)
    eq((len(first), len(theirs)), (1, 2), "workers")
    held = alice.login()
    logins(server, alice, lambda: len(theirs & pool(server, operators)) == 1)
    check(held.is_active(), "a session of the other one goes on")
    held.close()
    logins(server, alice, lambda: not theirs & pool(server, operators))
    eq(pool(server, None), first, "the others' worker")
    for _ in range(LIFETIME):
        device.poll().ok()
    eventually(lambda: pool(server, None) - first, what="a new one")
    eventually(lambda: not first & pool(server, None), what="the old one leaves")
    eq({e["reason"] for e in server.events.find("worker.exit")}, {"replaced"},
       "why they ended")

    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    tunnel = device.tunnel((service, port))
    server.events.wait("forward.open", sport=port)
    killed(server, operators, None)
    check(tunnel.poll() is None and say(port), "the tunnel goes on")
    held = alice.login()
    killed(server, None, operators)
    check(held.is_active(), "the operator's session goes on")
    eq(alice.command("device list", held)[0], 0, "with a command")
    eventually(lambda: device.poll().code == 0, what="a poll", every=0.1)


run(test)
