#!/usr/bin/python3
"""What was changed while there was no keeper is in the event log, once."""
import os
import signal

from harness import Server, eq, run


def test(t):
    server = Server(t)
    server.admin_ok("device", "add", "roof")
    after = server.events.mark()
    for n in range(2):
        keeper = server.keeper()
        os.kill(keeper, signal.SIGSTOP)
        server.admin("device", "tag", "roof", f"+tag-{n}").ok()
        os.kill(keeper, signal.SIGKILL)
        server.events.wait("keeper.exit", after=after, count=n + 1)
        server.events.wait("admin", after=after,
                           reason=f"device tag roof +tag-{n}")
    server.admin_ok("device", "remove", "roof")
    eq([e["reason"] for e in server.events.find("admin")],
       ["device add roof", "device tag roof +tag-0", "device tag roof +tag-1",
        "device remove roof"], "each once, in order")


run(test)
