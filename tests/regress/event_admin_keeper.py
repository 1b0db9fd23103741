#!/usr/bin/python3
"""What was changed while there was no keeper is in the event log, once."""
import os
import signal

from harness import Server, check, eq, eventually, run


def change_without(server, keeper, tag):
    """A change that this keeper, which stands still, does not see."""
    os.kill(keeper, signal.SIGSTOP)
    done = server.admin("device", "tag", "roof", tag)
    if done.code != 0:
        check("locked" in done.err, str(done))
        os.kill(keeper, signal.SIGCONT)
    return done.code == 0


def test(t):
    server = Server(t)
    server.admin_ok("device", "add", "roof")
    after = server.events.mark()
    for n in range(2):
        keeper = server.keeper()
        eventually(lambda: change_without(server, keeper, f"+tag-{n}"),
                   what="a keeper that holds no lock")
        os.kill(keeper, signal.SIGKILL)
        server.events.wait("keeper.exit", after=after, count=n + 1)
        server.events.wait("admin", after=after,
                           reason=f"device tag roof +tag-{n}")
    server.admin_ok("device", "remove", "roof")
    eq([e["reason"] for e in server.events.find("admin")],
       ["device add roof", "device tag roof +tag-0", "device tag roof +tag-1",
        "device remove roof"], "each once, in order")


run(test)
