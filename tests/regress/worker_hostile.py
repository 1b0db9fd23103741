#!/usr/bin/python3
"""A worker that was taken over ends itself, and nothing and nobody else."""
import os
import re
import socket
import threading
import time

from harness import SANITIZED, check, eq, fresh_port, proc, run
from harness.device import Listener, echo
from harness.hostile import HostileServer, message_types

WORKERS = 80            # at once; each is started anew for the next plan
LONG = "ETPH_LONG" in os.environ
FLOOD = 1000000 if LONG else 100000     # messages
ASKS = ("POLL", "WAIT", "LISTEN", "CANCEL", "REFUSED", "BRIDGE_OPEN", "BRIDGE_CLOSE",
        "BYE", "LOGIN")
NOT_ITS = "not a connection of this worker"
NOT_TO_SAY = "not a worker's to say"
ANY = "whatever it was"
OTHERS_LOGIN = "LOGIN: a login of another connection"


def logins():
    """(plan, what the reason must be)"""
    return [
        (("login-unsigned",), "POLL: out of turn"),
        (("login-unhashed",), OTHERS_LOGIN),
        (("login-of-other",), OTHERS_LOGIN),
        (("login-second-hash",), OTHERS_LOGIN),
        (("login-bad-signature",), f"LOGIN: {NOT_ITS}"),
        (("login-again",), "LOGIN: out of turn"),
        (("login-replayed",), "LOGIN: a login that was used before"),
        (("wait-twice",), "WAIT: waits already"),
    ]


def out_of_turn():
    """Every message in every state in which it is not legal."""
    types = message_types()
    plans = []
    for number, name in enumerate(types, 1):
        for state in ("none", "other", "fresh", "signed", "open", "gone"):
            early = state in ("fresh", "signed")
            own = early or state == "open"
            if name == "PONG" or \
                    (early and name in ("LOGIN", "REFUSED", "BYE")) or \
                    (state == "open" and name in ASKS and name != "LOGIN"):
                continue
            if not own:
                why = NOT_ITS
            elif name in ASKS:
                why = "out of turn"
            else:
                why = NOT_TO_SAY
            if name in ("SETUP", "CONN"):
                why = "unexpected descriptor"
            plans.append((("ask", number, 0, state), f"{name}: {why}"))
        if name != "SIGN":
            plans.append((("ask", number, 1, "none"), f"{name}: not a SIGN"))
    sign = types.index("SIGN") + 1
    plans += [(("ask", sign, 1, state), f"SIGN: {NOT_ITS}")
              for state in ("none", "other")]
    plans += [(("ask", number, sock, "none"), "?: no such message")
              for number in (0, len(types) + 1, 2 ** 32 - 1)
              for sock in (0, 1)]
    return plans


def malformed():
    types = message_types()
    plans = []
    for name in ASKS + ("READY", "PONG"):
        number = types.index(name) + 1
        for length, state in ((1, "less"), (1, "more"), (60000, "more")):
            bare = name not in ASKS and state == "less"
            plans.append((("size", number, length, state), name + (
                ": no such message" if bare else ": wrong size")))
    plans += [(("unterminated", types.index(name) + 1), f"{name}: "
               "unterminated text") for name in ("LOGIN", "POLL", "WAIT", "REFUSED",
                                                 "BRIDGE_OPEN", "BYE")]
    plans += [((word, n), f"{name}: unexpected descriptor")
              for n in (1, 2, 3, 253) for word, name in
              (("descriptors", "PONG"), ("sign-descriptors", "SIGN"))]
    plans += [(("sign-length", n), "SIGN: not the length of a hash")
              for n in (0, 1, 20, 31, 33, 65, 2 ** 32 - 1)]
    plans += [(("noise", n, n % 2), ANY) for n in range(20)]
    return plans


def stubborn():
    return [
        (("leave", 0), "closed its socket"),
        (("leave", 1), "closed its socket for SIGN"),
        (("empty", 0), "closed its socket"),
        (("empty", 1), "closed its socket for SIGN"),
        (("sign-unread",), "SIGN: the answer is not taken"),
        (("unread",), "does not read what it is sent"),
        (("linger",), f"POLL: {NOT_ITS}"),
        (("silent",), "its loop stands still"),
        (("no-bye",), "did not close a connection in time"),
    ] + [(("flood", FLOOD // 4, seed),
          "REFUSED: too many refusals of one connection")
         for seed in range(4)]


class Watch:
    """Another worker's session, which must not notice, and polls."""

    def __init__(self, t, server, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 5)
        self.socket.settimeout(5)
        t.closers.append(self.socket.close)
        self.worst, self.error, self.stop = 0, None, threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        try:
            while not self.stop.is_set():
                start = time.monotonic()
                self.socket.sendall(b"x" * 100)
                left = 100
                while left:
                    left -= len(self.socket.recv(left)) or left + 1
                self.worst = max(self.worst, time.monotonic() - start)
                time.sleep(0.02)
        except OSError as error:
            self.error = error

    def end(self):
        self.stop.set()
        self.thread.join(6)
        check(not self.thread.is_alive() and self.error is None,
              f"the other worker's session: {self.error}")


def test(t):
    plans = logins() + out_of_turn() + malformed() + stubborn()
    if SANITIZED:       # each start takes a hundred times the memory
        plans = logins() + stubborn() + out_of_turn()[::7] + \
            malformed()[::3]
    plans = stubborn() + [p for p in plans if p not in stubborn()]
    server = HostileServer(t, 24 if SANITIZED else WORKERS, login_grace=60)
    good, port = server.device("good"), fresh_port()
    server.own_device("mallory")
    server.admin_ok("permit", "add", good.name, port)
    service = Listener(t, echo).port
    good.tunnel((service, port))
    opened = server.events.wait("forward.open", sport=port)
    eq(opened["conn"], 1, "the good device's connection")
    watch = Watch(t, server, port)
    server.feed()
    start = time.monotonic()
    for plan, reasons in server.attack([p for p, _ in plans], 300 if LONG else 100):
        want = dict(plans)[plan]
        eq(len(reasons), 1, f"events about the end of {plan}")
        check(reasons[0] == want or
              want == ANY and re.match("[A-Z_?]+: ", reasons[0]),
              f"{plan}: ended for {reasons[0]!r}, not {want!r}")
    print(f"{len(plans)} attacks in {time.monotonic() - start:.1f} s")
    watch.end()
    check(server.process.poll() is None, "et-sshd runs")
    eq(server.events.find("keeper.exit"), [], "keepers that ended")
    eq([e for e in server.events.find("login") if e["device"] == good.name],
       server.events.find("login", conn=1), "logins as the good device")
    check(proc.alive(server.good), "the good worker runs")
    good.poll().ok()


run(test, 400 if LONG else 120)
