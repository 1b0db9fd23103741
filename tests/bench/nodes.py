#!/usr/bin/python3
"""What figure-nodes.sh measures, by the harness of the regress tests.

nodes.py ROUNDS POLLS BYTES     prints samples, "METRIC SERVER VALUE"

"one" is a node with SQLite, "three" are three nodes on one PostgreSQL; "same"
and "other" say on which node a device is: the operator's, or another one.
"""
import datetime
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "regress"))
from harness import Server, check, eventually, fresh_port, run  # noqa: E402
from harness.case import BUILDDIR                           # noqa: E402
from harness.cluster import Cluster, at                     # noqa: E402
from harness.device import Listener, says                    # noqa: E402
from harness.held import leads                              # noqa: E402
from harness.operators import operator                      # noqa: E402
from harness.waiting import Waiting                         # noqa: E402

ROUNDS, POLLS, BYTES = (int(word) for word in sys.argv[1:4])
FLEET = 1000            # devices in both stores
BANNERS, WISHES, REVOKED = 15, 7, 20
TOOL = BUILDDIR / "tests" / "bench"


def sample(metric, server, value):
    print(f"sample {metric} {server} {value:.6g}", flush=True)


def tool(t, name, *words, timeout=300):
    return t.run([TOOL / name, *words], timeout, check_=True).out


def cpu(t, *pids):
    """Seconds that these processes, and those below them, have used."""
    return sum(float(tool(t, "bench-usage", "cpu", pid)) for pid in pids)


def quiet(t, *pids):
    for pid in pids:
        tool(t, "bench-usage", "quiet", pid)


# --- polls ------------------------------------------------------------------

def poll_round(t, name, nodes, database):
    pids = [n.process.pid for n in nodes]
    quiet(t, *pids)
    before = cpu(t, *pids)
    base = cpu(t, database) if database else 0
    for node in nodes:
        tool(t, "bench-poll", "-p", node.port, "-n", POLLS // len(nodes))
    quiet(t, *pids)
    polls = POLLS // len(nodes) * len(nodes)
    sample("nodes-poll-cpu", name, (cpu(t, *pids) - before) * 1000 / polls)
    if database:
        sample("nodes-poll-cpu-database", name,
               (cpu(t, database) - base) * 1000 / polls)


def polls(t, one, c):
    for node in (one, *c):
        tool(t, "bench-poll", "-p", node.port, "-n", 64)
    for _ in range(ROUNDS):
        poll_round(t, "one", [one], None)
        poll_round(t, "three", list(c), c.postgres.process.pid)


# --- jumps ------------------------------------------------------------------

def banner(t, person, name, port):
    """ms from the start of ssh to the first byte of the device's service."""
    start = time.monotonic()
    ssh = t.spawn(person.argv("ssh", "-W", f"{name}:{port}"),
                  stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                  stderr=subprocess.DEVNULL)
    got = os.read(ssh.stdout.fileno(), 100)
    took = (time.monotonic() - start) * 1000
    ssh.kill()
    ssh.wait()
    ssh.stdout.close()
    ssh.stdin.close()
    check(got == name.encode(), f"the banner: {got}")
    return took


def banners(t, c, alice):
    for _ in range(BANNERS):
        for where, node in (("same", c[0]), ("other", c[1])):
            sample("nodes-banner", where,
                   banner(t, at(alice, node), "held", 22))


class Waiter:
    """A device that waits on a node, and opens there what it is told."""

    def __init__(self, t, device, node):
        self.t, self.at = t, at(device, node)
        self.service = Listener(t, says(device.name.encode())).port
        self.wait, self.tunnels = Waiting(self.at, "ssh"), []
        threading.Thread(target=self.loop, daemon=True).start()

    def loop(self):
        while line := self.wait.line(3600):
            dport, _, sport = line.partition(":")
            if dport == "22":
                self.tunnels.append(self.at.tunnel(
                    (self.service, int(sport)), client="ssh"))

    def shut(self, c):
        """Its tunnel is gone, and so is the wish.  One that is lost before the
        jump has ended is asked for again."""
        def gone():
            while self.tunnels:
                tunnel = self.tunnels.pop()
                os.killpg(tunnel.pid, signal.SIGKILL)
                tunnel.wait()
            return not [r for r in c.tunnels() if r[0] == name] and \
                not c.wishes()
        name = self.at.name
        eventually(gone, what="no tunnel", every=0.1)


def wishes(t, c, alice):
    where = {"same": c[0], "other": c[1]}
    waiters = {name: Waiter(t, c.device(f"w-{name}", "--tag", "lab"), node)
               for name, node in where.items()}
    c.settle()
    for _ in range(WISHES):
        for name, waiter in waiters.items():
            sample("nodes-wish", name,
                   banner(t, at(alice, c[0]), f"w-{name}", 22))
            waiter.shut(c)


def streams(t, c, alice):
    pids = [node.process.pid for node in c]
    local = {}
    for where, node in (("same", c[0]), ("other", c[1])):
        local[where] = fresh_port()
        at(alice, node).forward(f"{local[where]}:held:23")
        leads(local[where])
    for _ in range(ROUNDS):
        for way in ("get", "put"):
            for where, port in local.items():
                before = cpu(t, *pids)
                took = float(tool(t, "bench-pump", way, port, BYTES))
                used = cpu(t, *pids) - before
                to = "from" if way == "get" else "to"
                sample(f"nodes-{to}-device-cpu", where, used * 1e9 / BYTES)
                sample(f"nodes-{to}-device-rate", where, BYTES / 1e6 / took)


# --- a revoke ---------------------------------------------------------------

def revokes(c):
    """ms from the start of et-admin on the first node to the end on the third."""
    for n in range(REVOKED):
        device = c.device(f"r{n}")
        c.settle()
        Waiting(at(device, c[2]))
        closed, start = c[2].events.mark(), time.time()
        c[0].admin_ok("key", "revoke", device.key.fingerprint)
        gone = c[2].events.wait("session.close", after=closed,
                                device=device.name)
        ended = datetime.datetime.fromisoformat(
            gone["ts"].replace("Z", "+00:00"))
        sample("nodes-revoke", "three", (ended.timestamp() - start) * 1000)


def held(t, c):
    """A device on the first node, with a name and a pump."""
    device = c.device("held", "--tag", "lab")
    c[0].admin_ok("permit", "add", "held", "22-23", "--virtual")
    c.settle()
    name, pump = Listener(t, says(b"held")).port, fresh_port()
    t.spawn([TOOL / "bench-pump", "serve", pump])
    Waiting(at(device, c[0]), "ssh", options=(
        "-R", f"22:localhost:{name}", "-R", f"23:localhost:{pump}"))
    eventually(lambda: len(c.tunnels()) == 2, what="it is held", every=0.1)


def test(t):
    one = Server(t, "one", start=False)
    c = Cluster(t, haproxy=False, start=False, reach_idle=600)
    tool(t, "bench-fleet", "fill", one.options["store"], FLEET, 20001)
    tool(t, "bench-fleet", "fill", c.database, FLEET, 20001)
    one.own(one.store)
    one.start()
    c.start()
    polls(t, one, c)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    held(t, c)
    banners(t, c, alice)
    wishes(t, c, alice)
    streams(t, c, alice)
    revokes(c)


run(test, 1800)
