#!/usr/bin/python3
"""A keeper that was taken over, or whose store lies, is ended for what cannot
be; et-sshd goes on with the directory that it has, and starts another."""
import base64
import concurrent.futures
import hashlib
import itertools
import os
import signal

from harness import (SANITIZED, Fail, Key, check, dial, eq, eventually,
                     fresh_port, proc, run)
from harness.clients import Device
from harness.device import Listener, echo
from harness.hostile import (Replaced, message_shapes, message_types,
                             plan_line)
from harness.operators import Operator

LONG = "ETPH_LONG" in os.environ
LIMIT = 900 if LONG else 300            # s
ENDS = 6                # of a server's keepers: each start takes twice as long
FLOOD = 200000 if LONG else 5000        # messages
MORE = 32 << 20         # bytes that the monitor's memory may grow by
TYPES = message_types()
SHAPES = message_shapes()
HEARD = ("DEVICE", "KEY_OF", "PERMIT", "FORWARD", "OPERATOR", "TOKENS",
         "TOKEN_IS", "ENROLLED", "FORWARD_RESULT", "GONE", "KILL", "PENALTY", "ADMIN",
         "LOADED", "CHANGED", "STORE_STATE", "ALERT", "MUTE", "BOUND",
         "ALERT_TEST", "ENDS", "NODE", "WISH", "TUNNEL", "TICKET",
         "TICKETED", "LEAD", "SEEN")
OF_NODES = ("NODE", "WISH", "TUNNEL", "TICKET", "TICKETED", "LEAD", "SEEN")
NOT_ITS, NO_NUMBER = "not a keeper's to say", "not a record's number"
HUGE = 2 ** 32 - 1
LEAST, MOST = -2 ** 63, 2 ** 63 - 1
NAMES = ("", "a%0ab", "a%1b[2Jb", "A", "-a", "a%20b", "a%ffb", "a/b", "..")
MORE_NAMES = NAMES[1:]  # where none at all is right
GOOD = 1                # the number of the device, its key and its permit


def number(name):
    return TYPES.index(name) + 1


def said(name, *fields, fds=0):
    return ("say", number(name), fds, "-", *fields)


def spoilt(name, field, values, why):
    return [(said(name, f"{field}={value}"), f"{name}: {why}")
            for value in values]


def rows():
    """(plan, why the keeper is ended): rows that no store has."""
    plans = []
    for name in ("DEVICE", "KEY_OF", "PERMIT", "FORWARD", "OPERATOR", "GONE"):
        plans += spoilt(name, "id", (0, -1, LEAST), NO_NUMBER)
    for name in ("KEY_OF", "FORWARD"):
        plans += spoilt(name, "device", (0, -1), "not a device's number")
    plans += spoilt("PERMIT", "device", (-1, LEAST), "not a device's number")
    plans += spoilt("KILL", "device", (-1, LEAST), "not a device's number")
    plans += spoilt("DEVICE", "name", NAMES, "not a device's name")
    plans += spoilt("DEVICE", "alias", MORE_NAMES, "not an alias")
    plans += spoilt("DEVICE", "tags", ("A", "a%20b", ",", "a,", "a,,b", "a%0ab",
                                       ",a", "a%1bb"), "not tags")
    plans += spoilt("DEVICE", "seen", (-1, LEAST), "not a time")
    plans += spoilt("DEVICE", "interval", (2 ** 31, HUGE), "not an interval")
    plans += spoilt("PERMIT", "first", (0, 9010, 65536, HUGE), "not ports")
    plans += spoilt("PERMIT", "last", (0, 8999, 65536, HUGE), "not ports")
    plans += spoilt("PERMIT", "tag", MORE_NAMES[:3], "not a tag")
    plans += spoilt("PERMIT", "device", (0,), "not a tag")
    for field in ("dport", "sport"):
        plans += spoilt("FORWARD", field, (0, 65536, HUGE), "not ports")
    plans += spoilt("FORWARD", "state", (6, HUGE), "no such state")
    plans += spoilt("FORWARD", "expires", (-1, LEAST), "not a time")
    plans += spoilt("FORWARD", "oper", (-1, LEAST, 5),
                    "not an operator's name")
    plans += spoilt("FORWARD", "owner", MORE_NAMES[:3],
                    "not an operator's name")
    plans += spoilt("OPERATOR", "name", NAMES, "not an operator's name")
    plans += spoilt("OPERATOR", "role", (0, 4, HUGE), "no such role")
    plans += spoilt("OPERATOR", "expires", (-1, LEAST), "not a time")
    plans += spoilt("OPERATOR", "grants", (
        "A", ":22", "a:", "a:0", "a:65536", "a:9-8", "a:22,", "a%0ab", "a:x",
        "%20a", "a:22%1b"), "not grants")
    for name in ("MUTE", "BOUND"):
        plans += spoilt(name, "id", (0, -1, LEAST), NO_NUMBER)
    for name in ("ALERT", "MUTE"):
        plans += spoilt(name, "device", (-1, LEAST), "not a device's number")
    plans += spoilt("ALERT", "kind", (0, 11, HUGE), "no such alert")
    plans += spoilt("ALERT", "told", (3, HUGE), "no such alert")
    for field in ("since", "closed"):
        plans += spoilt("ALERT", field, (-1, LEAST), "not a time")
    plans += spoilt("ALERT", "tag", MORE_NAMES[:3], "not a device's name")
    plans += spoilt("ALERT", "devices", ("A", "a,", "a%0ab"),
                    "not a device's name")
    plans += spoilt("ALERT", "id", ("", "x", "a:%0a"), "not an alert's text")
    for field in ("subject", "summary"):
        plans += spoilt("ALERT", field, ("a%0ab", "%1b[2J", "%ff"),
                        "not an alert's text")
    plans += spoilt("MUTE", "until", (-1, LEAST), "not a time")
    plans += spoilt("MUTE", "target", ("a%0ab", "%1b"), "not a target")
    plans += spoilt("BOUND", "text", ("", "mem", "mem<", "<5", "mem<5%0a",
                                      "mem<nan"), "not a bound")
    plans += spoilt("BOUND", "tag", MORE_NAMES[:3], "not a tag")
    plans += spoilt("ENDS", "at", (-1, LEAST), "not a time")
    plans += spoilt("ENDS", "name", NAMES, "not a name")
    return plans + rows_of_nodes()


def rows_of_nodes():
    """The same of a store with several servers; this one has one alone."""
    plans = spoilt("NODE", "name", NAMES, "not a node's name")
    plans += spoilt("NODE", "addr", ("x", "a%0ab"), "not an address")
    plans += spoilt("NODE", "version", ("a%0ab",), "not a version")
    for name in ("WISH", "TUNNEL", "TICKET", "SEEN"):
        plans += spoilt(name, "device", (0, -1, LEAST),
                        "not a device's number")
    for name in ("WISH", "TUNNEL", "TICKET"):
        plans += spoilt(name, "dport", (65536, HUGE), "not ports")
        plans += spoilt(name, "sport", (0, 65536, HUGE), "not ports")
        plans += spoilt(name, "node", NAMES[:4], "not a node's name")
    plans += spoilt("WISH", "dport", (0,), "not ports")
    plans += spoilt("TICKET", "from", (65536, HUGE), "not ports")
    plans += spoilt("TICKET", "asker", NAMES[:4], "not a node's name")
    plans += spoilt("TICKET", "addr", ("x", "a%0ab"), "not an address")
    for name in ("TICKET", "TICKETED"):
        plans += spoilt(name, "number", (0,), NO_NUMBER)
    plans += spoilt("SEEN", "at", (-1, LEAST), "not a time")
    return plans + [(said(name), f"{name}: the store has one node alone")
                    for name in OF_NODES]


def answers():
    """To what was asked, or was not; and about what there is."""
    plans = spoilt("TOKENS", "until", (-1, LEAST), "not a time")
    plans += spoilt("TOKEN_IS", "token", (0, 7), "nobody asked")
    plans += spoilt("TOKEN_IS", "token", (-1, LEAST), "not a token's number")
    plans += spoilt("ENROLLED", "result", (11, HUGE), "no such result")
    plans += spoilt("ENROLLED", "name", NAMES[:4], "not a device's name")
    plans += [(said("ENROLLED", "conn=1"), "ENROLLED: nobody asked")]
    plans += spoilt("FORWARD_RESULT", "forward", (-1, LEAST), NO_NUMBER)
    plans += spoilt("GONE", "noun", (0, 5, 6, 7, 9, 12, HUGE), "no such noun")
    plans += spoilt("PENALTY", "addr", ("", "a", "192.0.2.1/32", "::%20",
                                        "127.0.0.1%0a"), "not an address")
    for name in ("LOADED", "CHANGED"):
        plans += spoilt(name, "seq", (-1, LEAST), "not a change's number")
    return plans


def shapes():
    """What is no message, or not one of a keeper's."""
    plans = []
    for n, name in enumerate(TYPES, 1):
        fd, text = SHAPES[name]
        if name not in HEARD:
            why = "unexpected descriptor" if fd == 1 or name == "JOIN" else \
                NOT_ITS
            plans.append((("ask", n), f"{name}: {why}"))
            continue
        plans += [(("size", n, 1, state), f"{name}: wrong size")
                  for state in ("less", "more")]
        plans.append((said(name, fds=1), f"{name}: unexpected descriptor"))
        if text and name not in ("DEVICE", "KEY_OF"):
            plans.append((("unterminated", n), f"{name}: unterminated text"))
    for name, most in (("DEVICE", 16), ("KEY_OF", 128), ("SEEN", 128)):
        plans += spoilt(name, "n", (most + 1, HUGE), "too many records")
    plans += [(said("DEVICE", f"{field}=**"), "DEVICE: unterminated text")
              for field in ("name", "alias", "tags", "addr")]
    return plans + [(("ask", n), "?: no such message")
                    for n in (0, len(TYPES) + 1, HUGE)]


def ends():
    """It ends by itself."""
    return [(("die", int(s)), f"signal {int(s)} ({signal.strsignal(s)})" + (
        ": a system call that the sandbox forbids"
        if s == signal.SIGSYS else ""))
            for s in (signal.SIGKILL, signal.SIGSEGV, signal.SIGSYS)] + [
        (("exit", n), f"exit status {n}") for n in (0, 1, 255)] + [
        (("flood", FLOOD, number("GONE"), "-", "noun=5"),
         "GONE: no such noun")]


def lies(key):
    """What may be, and is not true: nobody can know."""
    digest = "".join(f"%{byte:02x}" for byte in key)
    said_of = {
        "DEVICE": ("", f"id={MOST}", "name=good", "alias=good", "name=device7",
                   "name=enroll", "name=localhost", "name=64.66.b3.4b.de.54",
                   "tags=", f"seen={MOST}", "interval=1", "enabled=0",
                   f"interval={2 ** 31 - 1}", "n=0", f"id={GOOD} name=other",
                   "enabled=4294967295"),
        "KEY_OF": ("", "device=999", f"id={GOOD} device=999",
                   f"digest={digest}", f"device=999 digest={digest}", "n=0",
                   f"id={MOST}"),
        "PERMIT": ("", "device=999", "first=1 last=65535", "tag=a",
                   f"device=0 tag=b first=1 last=65535 virtual={HUGE}"),
        "FORWARD": ("", "device=999", f"expires={MOST}", "expires=0",
                    f"ttl={HUGE}", "cancelled=1", "oper=9 owner=nobody",
                    "state=2", "state=5", "id=7 device=7", "sport=22"),
        "OPERATOR": ("", f"expires={MOST}", "expires=1", "name=good",
                     "name=root", "grants=", "role=3", "id=8",
                     "id=8 name=other"),
        "TOKENS": ("until=0", f"until={MOST}"),
        "ENROLLED": ("conn=999999", "result=10 conn=999999"),
        "FORWARD_RESULT": ("conn=999999", "forward=7", "refused=%1b[2J"),
        "ALERT": ("", "device=999", f"since={MOST}", "closed=1", "kind=2",
                  "kind=2 subject=tag:a tag=a", "id=%3a%3a", "kind=10"),
        "MUTE": ("", f"until={MOST}", "until=0", "target=all", "target=tag:",
                 "target=", "device=999"),
        "BOUND": ("", f"hold={HUGE}", "text=zzzzzzzz>-1e14", "tag=a"),
        "ALERT_TEST": ("",),
        "ENDS": ("", f"at={MOST}", "at=0", f"oper={HUGE}"),
        "GONE": (*(f"noun={n}" for n in (1, 2, 3, 4, 8, 10, 11)), f"id={MOST}"),
        "KILL": ("", "session=999999", "device=999", "session=1"),
        "ADMIN": ("who=%1b[2J what=a%0ab", "who= what=", "who=" + "%0a" * 64),
        "LOADED": ("seq=5",),
        "CHANGED": ("seq=5", "seq=0", f"seq={MOST}", "seq=1"),
        "STORE_STATE": ("ok=0", "reason=%0a%1b", f"ok=0 fatal={HUGE}",
                        f"fatal=1 reason=over", f"ok={HUGE}"),
    }
    plans = [said(name, fields) for name, all_of in said_of.items()
             for fields in all_of if (name, fields) != ("LOADED", "seq=5")]
    plans += [("flood", FLOOD, number(name)) for name in
              ("DEVICE", "KEY_OF", "PERMIT", "FORWARD", "OPERATOR", "CHANGED")]
    return plans + [("rows", FLOOD, seed) for seed in range(4)]


class Store(Replaced):
    """A server whose keeper makes everything up, and one device's session."""

    def __init__(self, case, key, name):
        super().__init__(case, "keeper", name, workers=1)
        self.sport = fresh_port()
        digest = hashlib.sha256(base64.b64decode(key.base64)).hexdigest()
        self.alice = Key(case, f"{name}-alice")
        hers = hashlib.sha256(base64.b64decode(self.alice.base64)).hexdigest()
        (self.folder / "device").write_text(
            f"good {self.sport} {digest} {hers}\n")
        self.place_too("console")
        self.good = Device(self, "good", key)
        self.number = itertools.count(1)
        self.start()

    def hold(self, service):
        self.good.tunnel((service, self.sport))
        self.events.wait("forward.open", sport=self.sport)
        self.talk()

    def talk(self):
        with dial(self.sport) as s:
            s.sendall(b"hello")
            eq(s.recv(5), b"hello", "through the session")

    def attack(self, plan):
        """What came of it: None, it was heard to its end, or the reason for
        which its keeper was ended."""
        n, after = next(self.number), self.events.mark()
        self.plan(n, plan)

        def end(event):
            return event["event"] == "keeper.exit" or \
                event["event"] == "admin" and event["reason"] == str(n)
        def found():
            code = self.process.poll()
            if code is not None:
                raise Fail(f"{plan}: et-sshd ended with {code}")
            return [e for e in self.events.read()[after:] if end(e)]
        event = eventually(found, what=f"the end of {plan}")[0]
        return event["reason"] if event["event"] == "keeper.exit" else None

    def goes_on(self):
        """The monitor, its worker, and the session from before."""
        check(self.process.poll() is None, "et-sshd runs")
        self.good.poll().ok()
        self.talk()
        eq(self.events.find("worker.exit"), [], "workers that ended")
        eq(self.events.find("session.close", conn=1), [], "the session's end")


def end_keepers(store, plans):
    """What came of it otherwise than it should."""
    wrong = []
    for plan, why in plans:
        got = store.attack(plan)
        if got != why:
            wrong.append(f"{plan}: {got!r}, not {why!r}")
        store.good.poll().ok()          # there is no keeper just now
    store.goes_on()
    return wrong


def tell_lies(store, plans):
    """All by one keeper, which is never ended."""
    pid = store.process.pid
    wrong = []
    held = len(os.listdir(f"/proc/{pid}/fd"))
    memory = proc.rss(pid)
    for n, plan in enumerate(plans):
        got = store.attack(plan)
        if got is not None:
            wrong.append(f"{plan}: {got!r}")
        if n % 10 == 0:
            store.goes_on()
    store.goes_on()
    more = proc.rss(pid) - memory
    check(SANITIZED or more < MORE, f"{more} bytes more of the monitor")
    check(len(os.listdir(f"/proc/{pid}/fd")) <= held + 2, "descriptors")
    return wrong


def answer_no_order(store):
    """FORWARD_RESULT for a command that has asked for nothing, by its number."""
    alice = Operator(store, "alice", store.alice)
    channel = alice.login().open_session()
    channel.exec_command("hold")
    channel.sendall(plan_line(("tell",)).encode())
    eq(channel.recv(10), b"ready\n", "the console")
    for conn in range(1, 100):
        got = store.attack(said("FORWARD_RESULT", f"conn={conn}"))
        if got is not None:
            break
    eq(got, "FORWARD_RESULT: nobody asked", "the end of the keeper")
    channel.close()


def lose_all(store):
    """A whole load of nothing: the device is no more, until the next one."""
    eq(store.attack(said("LOADED", "seq=5")), None, "a load of nothing")
    store.events.wait("session.close", conn=1)
    store.good.poll().ok()


def test(t):
    key = Key(t, "good")
    digest = hashlib.sha256(base64.b64decode(key.base64)).digest()
    service = Listener(t, echo).port
    fatal = rows() + answers() + shapes() + ends()
    if not LONG:        # test_record.c has all of what a row may be
        fatal = fatal[::9 if SANITIZED else 3]
    true = lies(digest)
    stores = [Store(t, key, f"store-{n}")
              for n in range(-(-len(fatal) // ENDS) + 1)]
    for store in stores:
        store.hold(service)
    with concurrent.futures.ThreadPoolExecutor(len(stores)) as pool:
        parts = [pool.submit(end_keepers, store, fatal[n::len(stores) - 1])
                 for n, store in enumerate(stores[1:])]
        parts.append(pool.submit(tell_lies, stores[0], true))
        wrong = sum((part.result() for part in parts), [])
    answer_no_order(stores[0])
    lose_all(stores[0])
    print(f"{len(fatal)} keepers ended, {len(true)} lies")
    check(not wrong, "\n".join(wrong))


run(test, LIMIT)
