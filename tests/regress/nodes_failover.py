#!/usr/bin/python3
"""kill -9 of the primary, and the standby is promoted, with polls, wishes and
admin writes going on: no poll fails, no acknowledged write is lost, and writes
go on within 10 s of the promotion."""
import os
import threading
import time

from harness import check, eq, eventually, run
from harness.cluster import Cluster, at
from harness.device import Listener, says
from harness.held import reach
from harness.operators import operator
from harness.original import polling

TIMES = 10 if "ETPH_LONG" in os.environ else 1
WRITES = 10             # s from the promotion


class Load:
    """Polls at each node, and new aliases by et-admin, until it is stopped."""

    def __init__(self, c, device, tagged):
        self.c, self.device, self.tagged = c, device, tagged
        self.polls, self.failed, self.taken, self.said = 0, [], [], []
        self.number, self.ended = 0, False
        self.threads = [threading.Thread(target=self.poll, args=(n,))
                        for n in c] + [threading.Thread(target=self.write)]
        for thread in self.threads:
            thread.start()

    def poll(self, node):
        while not self.ended:
            done = at(self.device, node).poll()
            self.polls += 1
            if done.code:
                self.failed.append((node.node, done))
            time.sleep(0.2)

    def write(self):
        while not self.ended:
            self.number += 1
            name = f"t{self.number}"
            done = self.c[self.number % 3].admin(
                "device", "alias", self.tagged, name)
            if done.code == 0:
                self.taken.append((time.monotonic(), name))
            else:
                self.said.append(done.err.strip())
            time.sleep(0.1)

    def stop(self):
        self.ended = True
        for thread in self.threads:
            thread.join()


def fail_over(c, load, n):
    polls, writes = load.polls + 9, len(load.taken) + 3
    eventually(lambda: load.polls > polls and len(load.taken) >= writes,
               what="polls and writes go on", every=0.1)
    said = len(load.said)
    c.primary_killed()
    eventually(lambda: len(load.said) > said, what="a write is refused")
    start = c.promote()
    eventually(lambda: load.taken and load.taken[-1][0] > start,
               60, what="a write", every=0.05)
    took = next(when for when, _ in load.taken if when > start) - start
    check(took < WRITES, f"writes go on {took:.1f} s after the promotion")
    print(f"{n + 1}: writes go on {took:.1f} s after the promotion")
    # The last one that was acknowledged is there, or one after it.
    alias, = c.sql(f"SELECT alias FROM device WHERE name = '{load.tagged}'")
    check(int(alias[0][1:]) >= int(load.taken[-1][1][1:]),
          f"{alias} is there, {load.taken[-1]} was acknowledged")


def test(t):
    c = Cluster(t, haproxy=False, standby=True, reach_idle=5)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    device = c.device("roof")
    shed = c.device("shed", "--tag", "lab")
    c.device("tagged")
    c.settle()
    service = Listener(t, says(b"shed")).port
    polling(at(shed, c[1]), pause=0.5)
    reach(at(alice, c[2]), "shed", service).close()
    load = Load(c, device, "tagged")
    try:
        for n in range(TIMES):
            fail_over(c, load, n)
            reach(at(alice, c[2]), "shed", service).close()
            if n + 1 < TIMES:
                c.new_standby()
    finally:
        load.stop()
    eq(load.failed, [], f"of {load.polls} polls")
    print(f"{load.polls} polls, {len(load.taken)} writes acknowledged, "
          f"{len(load.said)} refused: {set(load.said)}")
    eq(c.events.find("worker.exit"), [], "workers that ended")


run(test, 1200)
