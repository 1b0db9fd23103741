#!/usr/bin/python3
"""A page that was taken over ends itself, and nothing and nobody else: what it may
not say, acts without the key, acts that are none, floods, silence."""
import os
import signal

import paramiko

from harness import SANITIZED, check, eq, eventually, proc, run
from harness.hostile import Replaced, message_shapes, message_types
from harness.operators import operator
from harness.page import KeyPage

MORE = 16 << 20         # bytes that a process's memory may grow by
STATES = ("before", "fresh")
TYPES = message_types()
SHAPES = message_shapes()
NOT_ITS = "not a page's to say"
ANY = "whatever it was"
# What a page may say once it is ready, and what must come before.
LEGAL = {("READY", "before"), ("ACT", "fresh"), ("EVENTS", "fresh"),
         ("REACH", "fresh"), ("JUMP_CLOSED", "fresh")}
WHY = {("HUNG_UP", "fresh"): "no such act", ("PONG", "fresh"): "nobody asked",
       ("PONG", "before"): "nobody asked"}
STALLED = "page stalled"


def number(name):
    return TYPES.index(name) + 1


def spoken(name, state):
    if SHAPES[name][0] == 1 or name == "JOIN":
        return "unexpected descriptor"
    return WHY.get((name, state), NOT_ITS)


def plans():
    """(plan, why it is ended)"""
    yield from ((("ask", number(name), 0, state), f"{name}: {spoken(name, state)}")
                for state in STATES for name in TYPES
                if (name, state) not in LEGAL)
    for name in ("ACT", "EVENTS", "HUNG_UP", "READY"):
        for state in ("less", "more"):
            yield ("size", number(name), 1, state), f"{name}: wrong size"
        yield ("descriptors", 1, number(name)), f"{name}: unexpected descriptor"
    yield ("say", number("ACT"), 0, "fresh", "text=**"), "ACT: unterminated text"
    yield ("say", number("ACT"), 0, "fresh", "key=**"), "ACT: unterminated text"
    yield (("say", number("REACH"), 0, "fresh", "name=**"),
           "REACH: unterminated text")
    for n in range(10):
        yield ("noise", n), ANY
    yield ("flood", number("ACT")), "ACT: too many acts"
    yield ("flood", number("EVENTS")), "EVENTS: too many questions for events"
    yield ("gorge", number("EVENTS")), ANY
    yield ("leave",), ANY
    yield ("empty",), ANY
    yield ("exit", 3, 0, "before"), "page ended with exit status 3"
    yield ("exit", 3, 0, "fresh"), "page ended with exit status 3"
    yield ("die", int(signal.SIGKILL), 0, "fresh"), "page ended by signal 9"
    yield ("die", int(signal.SIGSYS), 0, "before"), "page ended by signal 31"
    yield ("hold", 0, 0, "before"), "page did not start in time"
    yield ("hold", 0, 0, "fresh"), STALLED


class Attacker:
    def __init__(self, server, who):
        self.server, self.who = server, who
        self.transport = who.login()
        self.plans = 0

    def visit(self, *plan):
        """What its visitor gets, and why the page has ended."""
        self.plans += 1
        self.server.plan(self.plans, plan)
        after = self.server.events.mark()
        try:
            channel = self.who.open("fleet", 80, self.transport)
        except paramiko.SSHException:
            channel = None      # it has opened, and closed at once
        got = b""
        if channel is not None:
            try:
                channel.sendall(b"x")   # those that tell it something wait for it
            except OSError:
                pass
        while channel is not None:
            data = channel.recv(65536)
            if not data:
                channel.close()
                break
            got += data
        event = self.server.events.wait(("page.end", "jump.refused"),
                                        after=after, operator=self.who.name)
        return got.decode(errors="replace"), event["reason"]


def attack_acts(server, attacker, reader):
    """Acts without the key; with it, what is no act; lines of others."""
    said = ("act", number("ACT"), 0, "fresh")
    got, _ = attacker.visit(*said)
    check(got.startswith("1 wrong key"), f"no page has asked for a key: {got}")
    real = server.folder / "behave"
    real.touch()
    page = KeyPage(reader)
    page.json("/api/me")
    real.unlink()
    for key in ("", "0" * 32, page.secret):
        got, _ = attacker.visit(*said, f"key={key}")
        check(got.startswith("1 wrong key"), f"{key}: {got}")
    eq(server.admin_json("device", "show", "good")[0]["enabled"], True,
       "the device is as it was")
    for name in ("good", "other"):
        reader.open(name, 22)
        server.events.wait("jump.refused", device=name)
    got, _ = attacker.visit("events")
    names = {line for line in got.splitlines() if '"other"' in line}
    eq(names, set(), "lines of a device that its operator does not see")
    check('"device":"good"' in got, f"lines of one that it sees: {got}")


def attack_devices(server, attacker):
    """A device is reached by the grant alone, and nothing else is."""
    said = (number("REACH"), 0, "fresh", "id=1")
    unknown = "0 no such device, or port not granted to you"
    for name, port, why in (
            ("other", 80, unknown), ("good", 81, unknown), ("good", 0, unknown),
            ("localhost", 80, unknown), ("127.0.0.1", 22, unknown),
            ("fleet", 80, unknown), ("", 80, unknown),
            ("good", 80, "0 device did not poll within 1 s")):
        after = server.events.mark()
        got, _ = attacker.visit("reach", *said, f"port={port}", f"name={name}")
        check(got.startswith(why), f"{name} {port}: {got}")
        server.events.wait("page.end", after=after)
    after = server.events.mark()
    attacker.visit("reach-twice", *said, "port=22", "name=good")
    server.events.wait("page.end", after=after,
                       reason="REACH: a second jump of one visitor")


def test(t):
    server = Replaced(t, "page", reach_timeout=1)
    server.start()
    good = server.device("good", "--tag", "a")
    other = server.device("other", "--tag", "b")
    for device in (good, other):
        device.poll().ok()
    eve = Attacker(server, operator(server, "eve", "operator", "a"))
    monitor, workers = server.process.pid, server.workers()
    eve.visit("exit", 0, 0, "fresh")
    memory = proc.rss(monitor)
    held = len(os.listdir(f"/proc/{monitor}/fd"))
    for plan, why in plans():
        _, reason = eve.visit(*plan)
        check(reason == why or why == ANY, f"{plan}: {reason!r}, not {why!r}")
    attack_devices(server, eve)
    attack_acts(server, eve, operator(server, "reader", "admin"))
    good.poll().ok()
    check(server.process.poll() is None, "et-sshd runs")
    eq(server.workers(), workers, "the workers")
    eq(server.events.find(("keeper.exit", "worker.exit")), [], "other ends")
    eventually(lambda: len(os.listdir(f"/proc/{monitor}/fd")) <= held + 8,
               what=f"{held} descriptors of the monitor")
    check(SANITIZED or proc.rss(monitor) - memory < MORE, "memory of the monitor")


run(test, 240)
