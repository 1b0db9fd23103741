#!/usr/bin/python3
"""Each allocation of et-sshd fails once: that connection's trouble alone."""
import os

from harness import Key, Skip, check, eq, eventually, proc, run
from harness.clients import Device
from harness.fault import FaultServer, Trials, descriptors

LONG = "ETPH_LONG" in os.environ
MOST = 2000
BEYOND = 10             # allocations that nobody makes
ALL = 1 << 30
NEWS = ("limit", "login.refused", "forward.refused", "session.close")


def numbers(count):
    """Which of so many allocations fail in turn."""
    if LONG:
        return range(1, min(count + BEYOND, MOST) + 1)
    return sorted({*range(1, 6), *range(6, count + BEYOND, count // 8 + 1)})


class Watch:
    """What must be as before after each trial."""

    def __init__(self, server, trials):
        self.server, self.trials = server, trials
        self.pid = server.process.pid
        self.children = self.now()
        self.open = descriptors(self.pid)

    def now(self):
        return sorted(self.server.workers()) + [self.server.keeper()]

    def check(self, what):
        check(proc.alive(self.pid), f"{what}: et-sshd ended")
        eq(self.now(), self.children, f"{what}: its processes")
        eventually(lambda: descriptors(self.pid) <= self.open, 60,
                   f"{what}: descriptors as before")
        self.trials.bystander_lives()


def try_each(server, watch, trials, name):
    """A kind of trial again and again, each with another allocation amiss."""
    control, kind = server.controls["et-sshd"], trials.kinds[name]
    control.arm(watch.pid, ALL)
    kind()
    watch.check(name)
    count = control.disarm()[1]
    check(count > 50, f"{name}: {count} allocations: they are not counted")
    missed = 0
    for n in numbers(count):
        what = f"{name}, allocation {n} of {count}"
        after = server.events.mark()
        control.arm(watch.pid, n)
        worked = kind()
        control.disarm()
        missed += not worked
        watch.check(what)
        check(worked or any(e["event"] in NEWS for e in
                            server.events.read()[after:]),
              f"{what}: nothing was said")
        check(trials.poll(), f"{what}: a poll after it")
        check(trials.forward(), f"{what}: a forward after it")
    print(f"{name}: {count} allocations, {len(numbers(count))} failed in turn, "
          f"{missed} times it did not come to its end")


def try_drought(server, watch, trials):
    """None at all, for a while: nobody is served, and nothing else."""
    control = server.controls["et-sshd"]
    control.arm(watch.pid, 1, ALL)
    for _ in range(20):
        check(not trials.poll(), "a poll without memory")
    trials.bystander_lives()
    _, _, failed = control.disarm()
    check(failed >= 20, "no allocation failed")
    after = server.events.mark()
    check(trials.poll(), "a poll after it")
    watch.check("without memory")
    lost = server.events.wait("limit", 60, after=after,
                              reason="events were dropped")
    check(lost["count"] >= 20, f"counted as lost: {lost}")


def try_changes(server, watch):
    """What an operator changes while memory lacks is not forgotten."""
    control = server.controls["et-sshd"]
    ended = 0
    for n in range(1, 12 if LONG else 8):
        what = f"a change, allocation {n}"
        after = server.events.mark()
        name = f"unit-{n}"
        device = Device(server, name, Key(server.case, name))
        control.arm(watch.pid, n)
        server.admin("device", "add", name, "--key", device.key.pub).ok()
        eventually(lambda: any(server.events.find(e, after) for e in
                               ("admin", "keeper.exit", "limit")), 60,
                   f"{what}: taken or not")
        control.disarm()
        eventually(lambda: device.poll().code == 0, 60, f"{what}: a poll", 0.2)
        done = server.events.find("keeper.exit", after)
        check(len(done) <= 1 and all("out of memory" in e["reason"]
                                     for e in done), f"{what}: {done}")
        ended += len(done)
    check(ended > 0, f"the keeper was started anew {ended} times")
    check(proc.alive(watch.pid), "et-sshd ended")


def test(t):
    if os.getuid() != 0:
        raise Skip("only root may look at the server's descriptors")
    server = FaultServer(t, "alloc.so", workers=2, login_grace=10,
                         client_alive_interval=1)
    trials = Trials(server)
    for kind in trials.kinds.values():
        kind()
    watch = Watch(server, trials)
    for name in trials.kinds:
        try_each(server, watch, trials, name)
    try_drought(server, watch, trials)
    # With nobody connected the tables are made anew.
    trials.bystander_leaves()
    try_each(server, watch, trials, "poll")
    try_changes(server, watch)


run(test, 1200 if LONG else 300)
