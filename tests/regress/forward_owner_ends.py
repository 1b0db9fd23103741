#!/usr/bin/python3
"""A forward ends with the operator who opened it, within a second, whatever its
ttl: port, connections, and what is only queued or delivered."""
import time

from harness import Server, check, dial, eq, eventually, fresh_port, run
from harness.clients import Key
from harness.device import Listener, answers, echo
from harness.operators import Operator, operator
from harness.packets import closed_within
from harness.store import set_operator

REMOVED, UNGRANTED = "operator removed", "no longer granted"
LIFE = 20               # s of the operator who is for a time


class Open:
    """A forward of this operator's, open, with a connection through it."""

    def __init__(self, who, device, service, ttl="23h"):
        self.who, self.server = who, device.server
        self.port = fresh_port()
        ask(who, device, service, self.port, ttl)
        check(f"{service}:{self.port}" in device.answer("poll 1"), "the poll")
        after = self.server.events.mark()
        device.tunnel((service, self.port), client="ssh")
        self.server.events.wait("forward.open", after=after, sport=self.port)
        self.connection = dial(self.port)
        self.check_lives()

    def check_lives(self):
        self.connection.sendall(b"hello")
        eq(self.connection.recv(5), b"hello", f"{self.who.name}'s echo")

    def check_ended(self, reason, since, own):
        """Port and connection are gone within a second from then on."""
        check(closed_within(self.connection), f"{reason}: the connection")
        eventually(lambda: not answers(self.port), what="the port is closed")
        took = time.monotonic() - since
        check(took < 1.2 + 3 * own, f"{reason}: {took:.2f} s, own {own:.2f} s")
        check_row(self.server, self.port, "closed", reason)
        for event in ("forward.withdrawn", "forward.close"):
            self.server.events.wait(event, sport=self.port, reason=reason)
        eq(self.server.events.find("forward.withdrawn",
                                   sport=self.port)[0]["operator"],
           self.who.name, "whose it was")


def ask(who, device, service, port, ttl="23h"):
    status, _, err = who.command(
        f"forward open {device.name} {service}:{port} --ttl {ttl}")
    eq((status, err), (0, ""), f"{who.name} asks for {port}")


def check_row(server, port, state, reason):
    def found():
        rows = [r for r in server.admin_json("forward", "list", "--all")
                if r["sport"] == port]
        return (rows[-1]["state"], rows[-1]["reason"]) == (state, reason)
    eventually(found, what=f"{port} is {state}: {reason}", every=0.05)


def own_time(server):
    """What a command takes by itself, on this machine."""
    start = time.monotonic()
    server.admin_ok("operator", "list")
    return time.monotonic() - start


def test(t):
    server = Server(t, start=False)
    server.set(operator_ports=["10000-29999"])
    server.start()
    service = Listener(t, echo).port
    device = server.device("kitchen", *(
        word for tag in "abcdef" for word in ("--tag", tag)))
    quiet = server.device("cellar", "--tag", "a")

    key = Key(t, "brief")
    server.admin_ok("operator", "add", "brief", "--key", key.pub, "--role",
                    "operator", "--tag", f"f:{service}", "--ttl", LIFE)
    over = time.monotonic() + LIFE
    timed = Open(Operator(server, "brief", key), device, service)

    # It stands for what must not end with the others'.
    device.ask_and_open(service, roots := fresh_port(), client="ssh")
    bob = Open(operator(server, "bob", "operator", f"e:{service}"), device,
               service)

    alice = operator(server, "alice", "operator", f"a:{service}")
    held = Open(alice, device, service)
    ask(alice, quiet, service, delivered := fresh_port())
    quiet.answer()
    ask(alice, quiet, service, queued := fresh_port())
    owners = {r["sport"]: r["owner"] for r in
              server.admin_json("forward", "list")}
    eq([owners[p] for p in (held.port, queued, roots)],
       ["alice", "alice", None], "owners")
    own, start = own_time(server), time.monotonic()
    server.admin_ok("operator", "remove", "alice")
    held.check_ended(REMOVED, start, own)
    for port in (delivered, queued):
        check_row(server, port, "cancelled", REMOVED)
        server.events.wait("forward.withdrawn", sport=port, reason=REMOVED)
    check(all(str(p) not in " ".join(quiet.answer("poll 1"))
              for p in (delivered, queued)), "they are not delivered any more")

    # A tag of the device's, a tag's port, the role; an admin's end with her.
    for tag, act in (
            ("b", lambda: server.admin_ok("device", "tag", "kitchen", "-b")),
            ("c", lambda: set_operator(server, "on-c", grants="c:1,2")),
            ("d", lambda: set_operator(server, "on-d", role=1))):
        forward = Open(operator(server, f"on-{tag}", "operator",
                                f"{tag}:{service}"), device, service)
        own, start = own_time(server), time.monotonic()
        act()
        forward.check_ended(UNGRANTED, start, own)
    ada = Open(operator(server, "ada", "admin"), device, service, "365d")
    own, start = own_time(server), time.monotonic()
    server.admin_ok("operator", "remove", "ada")
    ada.check_ended(REMOVED, start, own)

    timed.check_lives()
    timed.check_ended("operator expired", max(
        over, time.monotonic()), own_time(server))
    check(time.monotonic() >= over, "and not before that")

    # While no server ran, too.
    carol = operator(server, "carol", "operator", f"a:{service}")
    ask(carol, quiet, service, queued := fresh_port())
    server.stop()
    server.admin_ok("operator", "remove", "carol")
    bob.connection.close()
    server.start()
    check_row(server, queued, "cancelled", REMOVED)
    eq([server.forward_state(p) for p in (bob.port, roots)],
       ["queued", "queued"], "those of others")


run(test)
