#!/usr/bin/python3
"""A worker that was taken over ends itself, and nothing and nobody else."""
import os
import re
import threading
import time

from harness import PATIENCE, SANITIZED, check, dial, eq, fresh_port, proc, run
from harness.device import Listener, echo
from harness.hostile import HostileServer, message_types

WORKERS = 80            # at once; each is started anew for the next plan
LONG = "ETPH_LONG" in os.environ
LIMIT = 600            # s
BRIDGES = 40000 if LONG else 4000      # connections through a forward
EVENTS, EVENTS_RATE = 1024, 64  # of connections through a forward, logged
CHANNELS = 64           # of a connection, by default
REKEYS = 4              # of a connection, signed in a row
FORWARDS = 6            # ports of single attacks; the others are flooded
# What may be said in each state of a connection; PONG in all.
STRANGER, ENROL, ANYBODY = ("LOGIN", "TOKEN"), ("FETCH", "ENROLL"), \
    ("REFUSED", "BYE")
LEGAL = {
    "fresh": ("LOGIN",) + ANYBODY,
    "signed": STRANGER + ANYBODY,
    "open": ("POLL", "WAIT", "LISTEN", "CANCEL", "BRIDGE_CLOSE",
             "JOINED") + ANYBODY,
    "operator": ("REACH", "JUMP_CLOSED", "COMMAND", "HUNG_UP") + ANYBODY,
    "token": ENROL + ANYBODY,
}
ASKS = sorted({name for names in LEGAL.values() for name in names})
NOT_ITS = "not a connection of this worker"
FORBIDDEN = "signal 31 (Bad system call): a system call that the sandbox forbids"
NOT_TO_SAY = "not a worker's to say"
ANY = "whatever it was"
OTHERS_EXCHANGE = "SIGN: not this connection's key exchange"
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
        (("login-replayed",), OTHERS_EXCHANGE),
        (("sign-of-other",), OTHERS_EXCHANGE),
        (("sign-rekeys", REKEYS, REKEYS + 1), f"POLL: {NOT_ITS}"),
        (("sign-rekeys", REKEYS, 1000), f"POLL: {NOT_ITS}"),
        (("wait-twice",), "WAIT: waits already"),
        (("token-and", 0), "TOKEN: a token is being checked"),
        (("token-and", 1), "LOGIN: a token is being checked"),
        (("token-tries",), f"TOKEN: {NOT_ITS}"),
        (("enrol-as",), "POLL: out of turn"),
        (("key-token-twice", 0), "TOKEN: a token is being checked"),
        (("key-token-twice", 1), "TOKEN: a second token after one key"),
        (("key-login",), "LOGIN: a second login"),
        (("key-enrol",), "POLL: out of turn"),
    ] + [(("key-then", number(name)), f"{name}: out of turn")
         for name in ("FETCH", "ENROLL", "POLL", "LISTEN", "REACH", "COMMAND")
    ] + [(("enrol-twice", number(a), number(b)), f"{b}: a second "
          "command of one login") for a in ENROL for b in ENROL]


def number(name):
    return message_types().index(name) + 1


def out_of_turn():
    """Every message in every state in which it is not legal."""
    types = message_types()
    plans = []
    for number, name in enumerate(types, 1):
        for state in ("none", "other", "gone", *LEGAL):
            if name == "PONG" or name in LEGAL.get(state, ()):
                continue
            if state not in LEGAL:
                why = NOT_ITS
            elif (name, state) == ("TOKEN", "fresh"):
                why = "before its key exchange"
            elif name in ASKS:
                why = "out of turn"
            else:
                why = NOT_TO_SAY
            if name in ("SETUP", "CONN", "ACCEPTED", "JOIN", "STREAM",
                        "VISITOR", "LINK_DIAL", "LINK_ACCEPT",
                        "LINK_STREAM"):
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
    for name in ASKS + ["READY", "PONG"]:
        number = types.index(name) + 1
        for length, state in ((1, "less"), (1, "more"), (60000, "more")):
            bare = name in ("FETCH", "PONG") and state == "less"
            plans.append((("size", number, length, state), name + (
                ": no such message" if bare else ": wrong size")))
    plans += [(("unterminated", types.index(name) + 1), f"{name}: "
               "unterminated text") for name in ("READY", "LOGIN", "POLL", "WAIT", "REFUSED",
                                                 "TOKEN", "ENROLL",
                                                 "BRIDGE_CLOSE", "REACH",
                                                 "JUMP_CLOSED", "COMMAND", "BYE")]
    plans += [((word, n), f"{name}: unexpected descriptor")
              for n in (1, 2, 3, 253) for word, name in
              (("descriptors", "PONG"), ("sign-descriptors", "SIGN"))]
    plans += [(("sign-length", n), "SIGN: not the length of a hash")
              for n in (0, 1, 20, 31, 33, 65, 2 ** 32 - 1)]
    plans += [(("sign-garbage", n), "SIGN: not a key exchange")
              for n in (1, 4, 2 ** 16, 2 ** 31)]
    plans += [(("noise", n, n % 2), ANY) for n in range(20)]
    return plans


def jumps():
    not_its = "not a jump of this connection"
    return [
        (("reach-many",), "REACH: too many jumps on one connection"),
        (("reach-again",), "REACH: a second jump of one channel"),
        (("jump-closed-early", 0), f"JUMP_CLOSED: {not_its}"),
        (("jump-closed-early", 1), f"JUMP_CLOSED: {not_its}"),
        (("jump-closed-twice",), f"JUMP_CLOSED: {not_its}"),
        (("joined-twice",), "JOINED: answered before"),
        (("joined-how", 0), "JOINED: no such jump"),
        (("joined-how", 4), "JOINED: no such jump"),
        (("joined-how", 2 ** 32 - 1), "JOINED: no such jump"),
        (("joined-by-operator",), "JOINED: out of turn"),
        (("ask", message_types().index("JOINED") + 1, 0, "open"),
         "JOINED: no such jump"),
    ]


def commands():
    return [
        (("command-again",), "COMMAND: a second command of one channel"),
        (("command-many",), "COMMAND: too many commands on one connection"),
        (("hung-up-early",), "HUNG_UP: no such command"),
        (("hung-up-twice",), "HUNG_UP: no such command"),
    ]


def stubborn():
    return [
        (("leave", 0), "closed its socket"),
        (("leave", 1), "closed its socket for SIGN"),
        (("empty", 0), "closed its socket"),
        (("empty", 1), "closed its socket for SIGN"),
        (("sign-unread",), "SIGN: signature not accepted"),
        (("unread",), "connection not closed in time"),
        (("linger",), FORBIDDEN),
        (("silent",), "event loop stalled"),
        (("keep-jump",), "connection not closed in time"),
        (("no-bye",), "connection not closed in time"),
    ]


def floods(port, ports):
    """Of what it may ask; port is another device's, ports are its own."""
    types = message_types()
    plans = [(("flood", types.index(name) + 1, asked), f"{name}: {NOT_ITS}")
             for name, asked in (("POLL", 0), ("LISTEN", port),
                                 ("LISTEN", ports[0]), ("CANCEL", port))]
    plans += [(("bridges", BRIDGES, own),
               "REFUSED: too many refused requests on one connection")
              for own in ports[FORWARDS:]]
    plans += [(("pong",), "PONG: nobody asked")]
    return plans + [(("random", seed), ANY) for seed in range(8)]


def forwards(port, ports):
    """Of connections through a forward; port is another device's."""
    not_open = "BRIDGE_CLOSE: not an open one"
    return [
        (("bridge-never", 0, port), not_open),
        (("bridge-never", 0, ports[1]), not_open),
        (("bridge-twice", 0, ports[2]), not_open),
        (("bridge-port", 0, ports[3]), not_open),
        (("bridge-of-other", 0, ports[4]), not_open),
        (("bridges-at-once", CHANNELS, ports[5]), f"POLL: {NOT_ITS}"),
    ]


def check_log(server, port, ports, took):
    """A flood fills no log, and what is said is of nobody else's forward."""
    opened = server.events.find("conn.open", device="mallory")
    eq([e for e in opened if e["sport"] not in ports], [],
       "connections through forwards that are not there")
    flooded = len(ports) - FORWARDS
    most = flooded * (EVENTS + EVENTS_RATE * (took + 1)) + 2 * CHANNELS
    check(flooded * EVENTS <= len(opened) <= most,
          f"{len(opened)} events, {most:.0f} at most")
    eq([e["device"] for e in server.events.find("conn.open", sport=port)],
       ["good"], "connections through the other's forward")


class Watch:
    """Another worker's session, which must not notice, and polls."""

    def __init__(self, t, server, port):
        self.socket = dial(port)
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
        self.thread.join(2 * PATIENCE)
        check(not self.thread.is_alive() and self.error is None,
              f"the other worker's session: {self.error}")


def test(t):
    port, *ports = [fresh_port() for _ in range(1 + FORWARDS + 4)]
    slow = stubborn() + floods(port, ports) + forwards(port, ports)
    plans = logins() + jumps() + commands() + out_of_turn() + malformed()
    if SANITIZED:       # each start takes a hundred times the memory
        plans = logins() + jumps() + commands() + out_of_turn()[::7] + malformed()[::3]
    plans = slow + plans
    server = HostileServer(t, 24 if SANITIZED else WORKERS, login_grace=60)
    good = server.device("good")
    server.own_device("mallory")
    server.own_token()
    for own in ports:
        server.admin_ok("permit", "add", "mallory", own)
    server.own_operator("eve")
    server.admin_ok("permit", "add", good.name, port)
    service = Listener(t, echo).port
    good.tunnel((service, port))
    opened = server.events.wait("forward.open", sport=port)
    eq(opened["conn"], 1, "the good device's connection")
    watch = Watch(t, server, port)
    server.feed()
    server.receive_visitors()
    start = time.monotonic()
    for plan, reasons in server.attack([p for p, _ in plans], LIMIT - 60):
        want = dict(plans)[plan]
        eq(len(reasons), 1, f"events about the end of {plan}")
        check(reasons[0] == want or
              want == ANY and re.match("[A-Z_?]+: ", reasons[0]),
              f"{plan}: ended for {reasons[0]!r}, not {want!r}")
    took = time.monotonic() - start
    eq(server.visits["is-closed"], 1, "one more connection than channels")
    print(f"{len(plans)} attacks in {took:.1f} s")
    watch.end()
    check_log(server, port, ports, took)
    check(server.process.poll() is None, "et-sshd runs")
    eq(server.events.find("keeper.exit"), [], "keepers that ended")
    eq([e for e in server.events.find("login") if e.get("device") == good.name],
       server.events.find("login", conn=1), "logins as the good device")
    check(proc.alive(server.good), "the good worker runs")
    good.poll().ok()


run(test, LIMIT)
