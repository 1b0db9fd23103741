#!/usr/bin/python3
"""A console that was taken over ends itself, and nothing and nobody else."""
import concurrent.futures
import itertools
import os
import random
import signal
import threading
import time

from harness import SANITIZED, check, eq, eventually, fresh_port, proc, run
from harness.hostile import (Replaced, message_shapes, message_types,
                             plan_line)
from harness.operators import operator

LONG = "ETPH_LONG" in os.environ
LIMIT = 900 if LONG else 300            # s
AT_ONCE = 4             # commands of an operator
OPERATORS = 5           # that attack: console.h has room for 32 commands
MORE = 16 << 20         # bytes that a process's memory may grow by
GOOD, OTHER = 1, 2      # devices' ids, in the order of their making
KILLED = 255            # status of what did not run to its end
STATES = ("before", "fresh", "answered", "closed")
TYPES = message_types()
SHAPES = message_shapes()
NOT_ITS, NO_REQUEST = "not a console's to say", "not a forward request"
NOT_TO_REQUEST = "role may not request forwards"
ANY = "whatever it was"
HUGE = 2 ** 32 - 1
INT64 = (-2 ** 63, -1, 0, 2 ** 63 - 1)
# Those that a console may send beside, but for what is in them.
LEGAL = {("READY", "before"), ("PAGE_KEY", "fresh"), ("PAGE_KEY", "answered"),
         ("PAGE_KEY", "closed"), ("PAGE_KEY", "ordered")}
STAYS = "goes on"       # until the operator closes the channel


def number(name):
    return TYPES.index(name) + 1


def spoken(name, state):
    """Why a console that says it, all zeroes, is ended."""
    if SHAPES[name][0] == 1 or name == "JOIN":
        return "unexpected descriptor"
    if name == "FORWARD_REQUEST":
        return NOT_TO_REQUEST if state == "before" else NO_REQUEST
    return NOT_ITS


def out_of_turn(states=STATES):
    """(plan, why it is ended): every message in every state."""
    plans = [(("ask", number(name), 0, state), f"{name}: {spoken(name, state)}")
             for state in states for name in TYPES
             if (name, state) not in LEGAL]
    return plans + [(("ask", n, 0, state), "?: no such message")
                    for n in (0, len(TYPES) + 1, HUGE) for state in states]


def filled(name):
    """Why it is ended if all its bytes are 0x78."""
    fd, text = SHAPES[name]
    if fd == 1:
        return "missing descriptor"
    if name in ("INBOX", "DEVICE", "KEY_OF", "SEEN"):
        return "too many records"
    return "unterminated text" if text else NOT_ITS


def malformed():
    plans = []
    for n, name in enumerate(TYPES, 1):
        for length, state in ((1, "less"), (1, "more"), (60000, "more")):
            bare = state == "less" and name in ("DRAIN", "PING", "PONG",
                                                "FETCH", "ALERT_TEST",
                                                "LOADING")
            plans.append((("size", n, length, state), name + (
                ": no such message" if bare else ": wrong size")))
        plans.append((("unterminated", n), f"{name}: {filled(name)}"))
    plans += [(("descriptors", n, number(name)),
               f"{name}: unexpected descriptor")
              for n in (1, 2, 3, 253) for name in ("READY", "FORWARD_REQUEST", "PONG")]
    plans += [(("attach", n, 0, kind), "READY: unexpected descriptor")
              for n in (1, 2, 253)
              for kind in ("zero", "itself", "stream", "unix")]
    return plans + [(("noise", n), ANY) for n in range(20)]


def no_orders():
    """ORDERs that are none, whoever says them."""
    fields = [f"what={n}" for n in (0, 3, HUGE)]
    fields += [f"{f}={n}" for f in ("dport", "sport")
               for n in (0, 65536, HUGE)]
    fields += [f"ttl={n}" for n in (365 * 86400 + 1, HUGE)]
    plans = [(("say", number("FORWARD_REQUEST"), 0, "fresh", f), f"FORWARD_REQUEST: {NO_REQUEST}")
             for f in fields]
    return plans + [
        (("say", number("FORWARD_REQUEST"), 0, "fresh", "who=**"),
         "FORWARD_REQUEST: unterminated text"),
        (("say", number("FORWARD_REQUEST"), 1, "fresh"), "FORWARD_REQUEST: unexpected descriptor"),
        (("say", number("FORWARD_REQUEST"), 0, "before"), f"FORWARD_REQUEST: {NOT_TO_REQUEST}"),
        (("flood-requests", 0, 0), "FORWARD_REQUEST: too many forward requests in one command"),
        (("flood-requests", 0, 1), "FORWARD_REQUEST: too many forward requests in one command"),
        *((("random", seed), "FORWARD_REQUEST: too many forward requests in one command")
          for seed in range(500 if LONG else 2)),
    ]


def ends():
    """(plan, its exit status, the reason)"""
    deadly = (signal.SIGILL, signal.SIGALRM, signal.SIGKILL, signal.SIGSYS)
    if not SANITIZED:   # which end it themselves for what these are for
        deadly += (signal.SIGSEGV, signal.SIGFPE)
    plans = [(("die", int(s), 0, state), KILLED, f"ended by signal {int(s)}")
             for s in deadly for state in ("before", "fresh")]
    plans += [(("exit", n, 0, state), n, None)
              for n in (0, 1, 2, 127, 255) for state in STATES]
    return plans + [(("leave",), KILLED, "ended by signal 9"),
                    (("empty",), KILLED, "ended by signal 9")]


def stubborn():
    return [
        (("hold", 0, 0, "before"), KILLED, "did not start in time"),
        (("hold", 0, 0, "fresh"), STAYS, "closed by the operator"),
        (("hold", 0, 0, "answered"), STAYS, "closed by the operator"),
        (("hold", 0, 0, "closed"), STAYS, "closed by the operator"),
        (("die", 0, 0, "fresh"), STAYS,
         "closed by the operator"),
        (("gush", 4096, 0), STAYS, "closed by the operator"),
        (("gush", 4096, 1), STAYS, "closed by the operator"),
    ]


class Attackers:
    """Operators of one role, with a place for each command at once."""

    def __init__(self, server, role, names):
        self.events = server.events
        self.places = []
        tags = ["a"] if role == "operator" else []
        for name in names:
            transport = operator(server, name, role, *tags).login()
            self.places += [transport] * AT_ONCE
        self.lock = threading.Lock()
        self.counter = itertools.count()

    def command(self, plan, stays):
        """One attack: its text in the log, stdout, exit status."""
        with self.lock:
            transport = self.places.pop()
            text = f"{next(self.counter)} {' '.join(map(str, plan))}"
        channel = transport.open_session(timeout=60)
        channel.settimeout(60)
        channel.exec_command(text)
        # One that ends first has closed the channel.
        try:
            channel.sendall(plan_line(plan).encode())
            if stays:
                time.sleep(2)       # it is left to itself for so long
                channel.close()
                self.ended(text)        # before that it has its place
                out, status = b"", STAYS
            else:
                out = channel.makefile("rb").read()
                status = channel.recv_exit_status()
                channel.close()
        finally:
            with self.lock:
                self.places.append(transport)
        return text, out.decode(errors="replace"), status

    def ended(self, text):
        with self.lock:
            return self.events.wait("command", command=text)

    def carry_out(self, plans):
        """[(plan, status, reason)]: each must end so, and be logged so."""
        with concurrent.futures.ThreadPoolExecutor(len(self.places)) as pool:
            runs = [(want, pool.submit(self.command, want[0],
                                       want[1] == STAYS)) for want in plans]
            for (plan, status, reason), done in runs:
                text, _, got = done.result()
                eq(got, status, f"status of {plan}")
                event = self.ended(text)
                check(event.get("reason") == reason or reason == ANY and
                      event["status"] == KILLED,
                      f"{plan}: ended for {event.get('reason')!r}, not "
                      f"{reason!r}")
        return len(plans)


def killed(plans):
    return [(plan, KILLED, reason) for plan, reason in plans]


def orders(device, other, forward, ports):
    """(fields, whether it is granted, what a refusal says)"""
    free, taken = ports
    good = f"device={device} dport=22 sport={free} ttl=60"
    nothing = [(f"{good} device={n}", False, "no such device")
               for n in (*INT64, 999)]
    nothing += [(f"what=2 forward={n}", False, "no such forward")
                for n in (*INT64, 999)]
    return nothing + [
        (f"{good} device={other}", False, "not granted"),
        (f"{good} dport=443", False, "not granted"),
        (f"{good} dport=65535", False, "not granted"),
        (f"what=2 forward={forward} device={device}", False, "not granted"),
        (f"{good} sport=22", False, ""), (f"{good} sport=80", False, ""),
        (f"{good} sport=65535", False, ""),
        (f"{good} ttl={365 * 86400}", False, ""),
        (f"{good} sport={taken}", False, ""),
        (f"{good} oper=1 forward={forward} who=root conn=1", True, ""),
    ]


def try_orders(attackers, plans):
    for fields, granted, refusal in plans:
        plan = ("order", number("FORWARD_REQUEST"), 0, "fresh", fields)
        _, out, status = attackers.command(plan, False)
        eq(status, 0, f"status of {fields}")
        eq(out[:1], str(int(granted)), f"{fields}: {out}")
        check(refusal in out and (granted or len(out) > 6),
              f"{fields}: {out}")
    return len(plans)


def others_go_on(server, good, honest, transport):
    """What et-sshd is there for."""
    good.poll().ok()
    behave = server.folder / "behave"
    behave.touch()
    status, out, err = honest.command("device list", transport)
    check(status == 0 and good.name in out, f"{status} {out} {err}")
    behave.unlink()


def attack_orders(server, attackers):
    """What is asked for, and by whom it is said to be."""
    free, taken = [fresh_port() for _ in range(2)]
    server.device("other", "--tag", "b")
    server.admin_ok("forward", "open", "other", f"22:{taken}")
    row = next(r for r in server.admin_json("forward", "list")
               if r["sport"] == taken)
    after = server.events.mark()
    count = try_orders(attackers, orders(GOOD, OTHER, row["forward"],
                                         (free, taken)))
    who = [e["operator"] for e in server.events.find("admin", after)]
    check(len(who) == 1 and who[0].startswith("eve-"),
          f"changed by the one who ordered it: {who}")
    eq(server.forward_state(taken), "queued", "the other's forward")
    return count


def attack_while_ordering(server, attackers):
    """Between an FORWARD_REQUEST and its answer."""
    keeper = server.keeper()
    os.kill(keeper, signal.SIGSTOP)
    try:
        return attackers.carry_out(killed(out_of_turn(["ordered"])))
    finally:
        os.kill(keeper, signal.SIGCONT)


def attack_store(server, good, admins):
    """An admin's console holds the lock of the store's writer."""
    (server.folder / "store-shm").symlink_to(f"{server.store}-shm")
    transport = admins.places[0]
    channel = transport.open_session()
    channel.settimeout(30)
    channel.exec_command("lock")
    channel.sendall(plan_line(("lock",)).encode())
    eq(channel.recv(100), b"locked\n", "the lock is held")
    good.poll().ok()
    channel.close()
    server.events.wait("command", command="lock",
                       reason="closed by the operator")
    server.admin_ok("device", "tag", good.name, "+c")
    return 1


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test(t):
    server = Replaced(t, "console", per_source_max_startups=1000,
                      operator_ports=["10000-30000"])
    server.start()
    good = server.device("good", "--tag", "a")
    good.poll().ok()
    honest = operator(server, "honest", "viewer")
    honest = (honest, honest.login())
    eves = Attackers(server, "operator",
                     [f"eve-{n}" for n in range(OPERATORS)])
    others = [Attackers(server, "viewer", ["victor"]),
              Attackers(server, "admin", ["mallory"])]
    monitor, workers = server.process.pid, server.workers()
    others_go_on(server, good, *honest)
    count = eves.carry_out(ends()[:8])      # what it keeps, it has by now
    held, memory = descriptors(monitor), [proc.rss(p) for p in
                                          (monitor, *workers)]
    start = time.monotonic()
    plans = killed(out_of_turn() + malformed() + no_orders()) + ends()
    random.Random(1).shuffle(plans)
    count += eves.carry_out(stubborn() + plans)
    count += sum(o.carry_out([(("say", number("FORWARD_REQUEST"), 0, "fresh"), KILLED,
                               f"FORWARD_REQUEST: {NOT_TO_REQUEST}")]) for o in others)
    others_go_on(server, good, *honest)
    count += attack_while_ordering(server, eves)
    count += attack_orders(server, eves)
    count += attack_store(server, good, others[1])
    others_go_on(server, good, *honest)
    took = time.monotonic() - start
    print(f"{count} attacks in {took:.1f} s")
    check(count >= 300, f"{count} attacks")
    check(server.process.poll() is None, "et-sshd runs")
    eq(server.workers(), workers, "the workers")
    eq(server.events.find(("keeper.exit", "worker.exit")), [], "other ends")
    eventually(lambda: descriptors(monitor) <= held,
               what=f"{held} descriptors of the monitor")
    more = [proc.rss(pid) - was for pid, was in
            zip((monitor, *workers), memory)]
    check(SANITIZED or max(more) < MORE, f"bytes of memory more: {more}")


run(test, LIMIT)
