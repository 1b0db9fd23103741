#!/usr/bin/python3
"""Three nodes are restarted one after the other, drained first: behind HAProxy no
poll fails twice in a row, devices that wait come again, jumps by other nodes
to devices on other nodes lose no byte."""
import os
import threading
import time

from harness import check, eq, eventually, run
from harness.cluster import Cluster, at
from harness.held import dials, hold, reach
from harness.operators import operator, talk

LONG = "ETPH_LONG" in os.environ
POLLERS = 4 if LONG else 2
HELD = 6 if LONG else 3
DRAIN = 20              # s


class Pollers:
    def __init__(self, devices):
        self.count, self.again, self.failed, self.ended = 0, 0, [], False
        self.threads = [threading.Thread(target=self.poll, args=(d,))
                        for d in devices]
        for thread in self.threads:
            thread.start()

    def poll(self, device):
        while not self.ended:
            self.count += 1
            done = device.poll()
            if done.code:
                self.again += 1
                done = device.poll()
            if done.code:
                self.failed.append(done)
            time.sleep(0.1)

    def stop(self):
        self.ended = True
        for thread in self.threads:
            thread.join()


def restart(c, node, alice, names):
    others = [n for n in c if n is not node]
    places = {row[0]: row[2] for row in c.tunnels()}
    jumps = [reach(at(alice, others[0]), name) for name in names
             if places.get(name) not in (node.node, None)]
    start = time.monotonic()
    others[0].admin_ok("node", "drain", node.node)
    eq(node.process.wait(60), 0, f"{node.node}: its exit")
    node.process = None
    for channel in jumps:
        eq(talk(channel, b"x" * 10000), b"x" * 10000, "a jump elsewhere")
        channel.transport.close()
    took = time.monotonic() - start
    check(took < DRAIN, f"{node.node}: {took:.1f} s, the jumps are elsewhere")
    node.start()
    c.joined()


def test(t):
    c = Cluster(t, drain_time=DRAIN)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    held = [c.device(f"h{n}", "--tag", "lab") for n in range(HELD)]
    pollers = [c.device(f"p{n}") for n in range(POLLERS)]
    c[0].admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    c.settle()
    for device in held:
        hold(device)
    eventually(lambda: len(c.tunnels()) == len(held), what="all are held",
               every=0.1)
    load = Pollers(pollers)
    try:
        for node in c:
            restart(c, node, alice, [d.name for d in held])
            for device in held:
                eventually(lambda d=device: dials(at(alice, c[0]), d.name),
                           what=f"{device.name} is back",
                           every=0.2).transport.close()
    finally:
        load.stop()
    check(load.count > 20, f"{load.count} polls")
    eq(load.failed, [], f"of {load.count} polls")
    print(f"{load.count} polls, {load.again} of them at the second try")


run(test)
