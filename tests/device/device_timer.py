#!/usr/bin/python3
"""Polls by a timer or cron, with no process between them: a tunnel outlives its
poll, the next one finds it, does not open it again, and closes it when told."""
from router import Router, check, eventually, run
from harness import eq
from scenes import ask, fetch, opened


def poll(r):
    """As a timer does it: what it leaves behind is not ended with it."""
    process = r.start("/bin/sh", "/usr/sbin/et-phone-home", "poll")
    eq(process.wait(), 0, "the poll's status")
    return True


def test(t):
    r = Router(t)
    r.serve()
    poll(r)
    eventually(lambda: not r.pids(), what="no process between two polls")
    web = ask(r, 80)
    poll(r)
    opened(r, web)
    eq(fetch(web), "the device's page\n", "80")
    before = r.clients(f"{web}:")
    eq(len(before), 1, "clients for it")
    for _ in range(3):
        poll(r)
    eq(r.clients(f"{web}:"), before, "still that one")
    eq(len(r.server.events.find("forward.open")), 1, "times it was opened")
    check(f"tunnel={web} to " in r.phone("status").ok().out, "status shows it")
    # Killed: said at the next poll, and opened again.
    r.run("/bin/sh", "-c", "pkill() { kill -9 $(pidof dbclient); }; pkill")
    eventually(lambda: not r.clients(f"{web}:"), what="it is gone")
    after = r.server.events.mark()
    eventually(lambda: poll(r) and r.clients(f"{web}:"),
               what="it is opened again", every=0.5)
    r.server.events.wait("forward.open", after=after, sport=web)
    eq(fetch(web), "the device's page\n", "80")
    r.server.admin_ok("forward", "close", r.ident, web)
    eventually(lambda: not r.clients(f"{web}:"), what="closed with its end")
    poll(r)
    r.phone("stop")
    r.gone()


run(test)
