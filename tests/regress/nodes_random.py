#!/usr/bin/python3
"""A device that polls one node and opens its tunnel on another, for an operator
on a third, again and again in random order, with nodes killed at random: every
wish is told, every stream leads to its own device, no tunnel is left."""
import os
import random
import threading

from harness import check, eq, eventually, run
from harness.cluster import Cluster, at
from harness.device import Listener, says
from harness.held import dials
from harness.operators import operator

ROUNDS = 1000 if "ETPH_LONG" in os.environ else 8
DEVICES = 8 if ROUNDS > 100 else 3
KILLS = 10 if ROUNDS > 100 else 5       # rounds for one kill
TRIES = 6               # of an operator whose node or tunnel dies


class Device:
    """Polls wherever it is sent, and opens what it is told there or elsewhere."""

    def __init__(self, c, device, choice):
        self.c, self.device, self.choice = c, device, choice
        self.service = Listener(c.case, says(device.name.encode())).port
        self.ended, self.told, self.tunnels = False, 0, []
        self.thread = threading.Thread(target=self.loop)
        self.thread.start()

    def loop(self):
        while not self.ended:
            node = self.choice.choice(self.c.nodes)
            done = at(self.device, node).poll(command="poll 1", timeout=60)
            if done.code:
                continue        # that node is dead: the next one
            for line in done.out.splitlines():
                dport, _, sport = line.partition(":")
                if dport == "22" and sport.isdigit():
                    self.open(int(sport))

    def open(self, sport):
        """At another node than the one that told it, often."""
        self.told += 1
        node = self.choice.choice(self.c.nodes)
        after = node.events.mark()
        tunnel = at(self.device, node).tunnel((self.service, sport))
        self.tunnels.append(tunnel)
        try:
            eventually(lambda: tunnel.poll() is not None or node.events.find(
                ("forward.open", "forward.refused"), after,
                device=self.device.name), 10, every=0.02)
        except AssertionError:
            pass


def jump(c, alice, name, choice):
    """An operator tries until it is there; nobody else's device answers."""
    for _ in range(TRIES):
        node = choice.choice([n for n in c if n.process])
        channel = dials(at(alice, node), name)
        if channel:
            channel.close()
            return
    check(False, f"{name} is not reached in {TRIES} tries")


def kill(c, choice):
    """One dies and comes again; the others are there meanwhile."""
    node = choice.choice(c.nodes)
    node.kill()
    eventually(lambda: restarted(node), 60, what=f"{node.node} is back",
               every=0.5)


def restarted(node):
    """A name is free again when its node is called dead."""
    try:
        node.start()
        return True
    except AssertionError:
        node.process = None
        return False


def test(t):
    seed = int(os.environ.get("ETPH_SEED", random.randrange(1 << 32)))
    print(f"ETPH_SEED={seed}")
    choice = random.Random(seed)
    c = Cluster(t, haproxy=False, reach_idle=2, reach_timeout=60)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    devices = [Device(c, c.device(f"d{n}", "--tag", "lab"),
                      random.Random(seed + n + 1)) for n in range(DEVICES)]
    c.settle()
    killed = 0
    try:
        for n in range(ROUNDS):
            if n % KILLS == KILLS - 1:
                kill(c, choice)
                killed += 1
            jump(c, alice, f"d{choice.randrange(DEVICES)}", choice)
    finally:
        for device in devices:
            device.ended = True
        for device in devices:
            device.thread.join()
    eventually(lambda: c.wishes() == [], what="no wish is left", every=0.1)
    eventually(lambda: c.tunnels() == [], what="no tunnel is left", every=0.1)
    told = sum(d.told for d in devices)
    print(f"{ROUNDS} jumps, {told} wishes told, {killed} nodes killed")
    eq(c.events.find(("worker.exit", "keeper.exit")), [], "ends")


run(test, 7200 if ROUNDS > 100 else 300)
