#!/usr/bin/python3
"""heartbeat tail -f by SSH: it follows, with real ssh; it ends with the client,
with the operator, with the grant; there are four at a time."""
import json
import subprocess

from harness import Server, check, eq, eventually, run
from harness.case import PATIENCE
from harness.operators import operator
from harness.store import set_operator

TAIL = "heartbeat tail -f --json"
MOST = 4


class Tail:
    def __init__(self, t, who, *options):
        self.process = t.spawn([*who.argv("ssh", *options), TAIL],
                               stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def line(self):
        return json.loads(self.process.stdout.readline())

    def status(self):
        self.process.wait()
        return self.process.returncode


def consoles(server):
    return server.pids("et-sshd-console")


def follow(transport):
    """A channel that follows: it has shown the last heartbeat that there was."""
    channel = transport.open_session()
    channel.settimeout(PATIENCE)
    channel.exec_command(TAIL)
    check(channel.makefile("rb").readline(), "it shows what there is")
    return channel


def test(t):
    server = Server(t)
    shown = server.device("shown-1", "--tag", "a")
    other = server.device("other-1", "--tag", "b")
    ollie = operator(server, "ollie", "operator", "a")
    victor = operator(server, "victor", "viewer")

    one, all_ = Tail(t, ollie), Tail(t, victor)
    eventually(lambda: len(consoles(server)) == 2, what="two consoles run")
    other.answer("poll 1 V=x")
    eq(all_.line()["device"], "other-1", "a viewer's")
    shown.answer("poll 1 V=y")
    eq(all_.line()["device"], "shown-1", "a viewer's")
    eq(one.line()["device"], "shown-1", "the other device's is not shown")

    # The client goes, and with it the process.
    after = server.events.mark()
    all_.process.kill()
    event = server.events.wait("command", after=after, operator="victor")
    eq(event["reason"], "closed by the operator", "why")
    eventually(lambda: len(consoles(server)) == 1, what="its console is gone")

    # What the operator may see changes: it ends, and says why.
    set_operator(server, "ollie", grants="b")
    check(one.status() != 0, "with the grant")
    check(b"your role or tags have changed" in one.process.stderr.read(),
          "it says so")
    eventually(lambda: not consoles(server), what="its console is gone")
    one = Tail(t, ollie)
    other.answer("poll 1 V=z")
    eq(one.line()["device"], "other-1", "what is granted now")
    server.admin_ok("operator", "remove", "ollie")
    check(one.status() != 0, "with the operator")
    eventually(lambda: not consoles(server), what="its console is gone")

    # A console that dies is a status, and harms nobody.
    tail = Tail(t, victor)
    pid = eventually(lambda: consoles(server), what="a console runs")[0]
    subprocess.run(["kill", "-KILL", str(pid)], check=True)
    eq(tail.status(), 255, "the status of one that was killed")
    check(b"signal 9" in tail.process.stderr.read(), "it says so")

    # Four at a time, of each operator, over however many connections.
    transport = victor.login()
    held = [follow(transport) for _ in range(MOST)]
    eq(len(consoles(server)), MOST, "four run")
    status, _out, err = victor.command("device list")
    check(status == 1 and "too many concurrent commands" in err, f"{status} {err}")
    after = server.events.mark()
    held.pop().close()
    server.events.wait("command", after=after, operator="victor",
                       reason="closed by the operator")
    eq(victor.command("device list")[0], 0, "there is room again")
    # It runs before the others ask: one that had still to start, and took too
    # long for it, would leave its place to one of them.
    held.append(follow(transport))
    after = server.events.mark()
    for _ in range(50):
        channel = transport.open_session()
        channel.exec_command(TAIL)
        held.append(channel)
    server.events.wait("command", after=after, count=50,
                       reason="too many concurrent commands: try again")
    check(len(consoles(server)) <= MOST, "no more than four")
    transport.close()
    eventually(lambda: not consoles(server), what="all are gone")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
