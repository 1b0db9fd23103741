#!/usr/bin/python3
"""However a jump ends, one event says who was where, for how long, and how much
went each way; one that is refused has an event, too."""
import os
import signal
import time

from harness import Server, check, eq, run
from harness.case import end
from harness.device import Listener, says
from harness.operators import operator, talk
from harness.waiting import Waiting

HELD = 0.3              # s at least
GREETING = b"welcome to the kitchen"


class Scene:
    def __init__(self, t, workers):
        self.server = Server(t, f"server-{workers}", workers=workers)
        self.listener = Listener(t, says(GREETING))
        self.port = self.listener.port
        self.name = f"kitchen-{workers}"
        self.device = self.server.device(self.name, "--tag", "lab")
        self.server.admin_ok("permit", "add", self.name, self.port,
                             "--virtual")
        self.wait = None
        self.hold()
        self.add("alice")

    def hold(self):
        """The device's connection, anew."""
        after = self.server.events.mark()
        self.wait = Waiting(self.device, options=(
            "-R", f"{self.port}:localhost:{self.port}"))
        self.server.events.wait("forward.open", after=after)

    def add(self, name):
        self.who = operator(self.server, name, "operator", f"lab:{self.port}")

    def jump(self):
        """A transport and a channel of it, which have carried something."""
        transport = self.who.login()
        channel = self.who.open(self.name, self.port, transport)
        eq(channel.recv(100), GREETING, "the greeting")
        eq(talk(channel), b"hello", "the echo")
        return transport, channel

    def audit(self, ends, reasons, lost=False):
        """Open one, end it so, and look at the event."""
        server, events = self.server, self.server.events
        after, start = events.mark(), time.monotonic()
        transport, channel = self.jump()
        time.sleep(HELD)
        ends(transport, channel)
        closed = events.wait("jump.close", after=after)
        took = (time.monotonic() - start) * 1000
        opened = events.wait("jump.open", after=after)
        what = f"{ends.__name__}: {closed}"
        eq([closed[k] for k in ("operator", "device", "dport", "conn",
                                "jump")],
           [self.who.name, self.name, self.port, opened["conn"],
            opened["jump"]], what)
        carried = closed["bytes_in"], closed["bytes_out"]
        check(carried == (len(GREETING) + 5, 5) or lost and carried == (0, 0),
              what)
        check(HELD * 1000 <= closed["ms"] <= took, what)
        check(closed["reason"] in reasons, what)
        transport.close()
        eventually_one(server, after, closed["jump"])


def eventually_one(server, after, number):
    """The operator's session is over: nothing more comes of that jump."""
    server.events.wait("session.close", after=after, operator=bool)
    eq(len(server.events.find("jump.close", after, jump=number)), 1,
       "events of its end")


def endings(scene):
    server = scene.server

    def operator_closes(_, channel):
        channel.close()

    def operator_leaves(transport, _):
        transport.close()

    def service_closes(_, channel):
        scene.listener.connections[-1].shutdown(2)
        eq(channel.recv(1), b"", "its end")
        channel.close()

    def device_killed(*_):
        end(scene.wait.process)

    def grant_gone(*_):
        server.admin_ok("device", "tag", scene.name, "-lab")

    def session_killed(*_):
        server.admin_ok("session", "kill", scene.name)

    def operator_removed(*_):
        server.admin_ok("operator", "remove", scene.who.name)

    def worker_killed(*_):
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)

    scene.audit(operator_closes, ("closed by the operator", "closed"))
    scene.audit(operator_leaves, ("closed by the client",
                                  "connection reset by the client"))
    scene.audit(service_closes, ("closed by the operator", "closed"))
    scene.audit(device_killed, ("closed", "tunnel lost"))
    scene.hold()
    scene.audit(session_killed, ("tunnel lost",))
    scene.hold()
    scene.audit(grant_gone, ("no longer granted",))
    server.admin_ok("device", "tag", scene.name, "+lab")
    scene.audit(operator_removed, ("operator removed",))
    scene.add("bob")
    # What a worker had counted is gone with it.
    scene.audit(worker_killed, ("worker exited", "tunnel lost",
                                "closed"), lost=True)


def refusals(scene):
    events = scene.server.events
    for name, port, field, why in (
            ("nobody", 22, "target", "no such device"),
            ("nobody\x1b[31m\n", 22, "target", "no such device"),
            (scene.name, 23, "target", "not granted")):
        after = events.mark()
        check(scene.who.open(name, port) is None, "it is refused")
        refused = events.wait("jump.refused", after=after)
        eq((refused["operator"], refused["dport"], refused["reason"]),
           (scene.who.name, port, why), refused)
        check(field in refused and "\x1b" not in refused[field], refused)


def test(t):
    for workers in (1, 2):
        scene = Scene(t, workers)
        refusals(scene)
        endings(scene)
        logins = scene.server.events.find("login", operator="alice")
        check(len(logins) >= 7 and all(e["addr"] for e in logins), logins)
        scene.server.stop()


run(test)
