#!/usr/bin/python3
"""A server whose PostgreSQL goes and comes back: polls go on, commands and the
page say that the store is gone, and what was polled is written after all."""
import time

from harness import Server, check, eq, eventually, run
from harness.database import Copied
from harness.operators import operator
from harness.page import Page


def tail(viewer):
    """A command that goes on until it ends by itself."""
    channel = viewer.login().open_session(timeout=60)
    channel.settimeout(60)
    channel.exec_command("heartbeat tail -f --json")
    return channel


def ended(channel):
    """One line that says why."""
    lines = channel.makefile_stderr("rb").read().decode().splitlines()
    status = channel.recv_exit_status()
    eq((status, len(lines)), (1, 1), f"status and lines of {lines}")
    check("PostgreSQL" in lines[0], lines[0])


def test(t):
    pg = Copied(t)
    server = Server(t, store=pg.createdb("store"), stale_limit=600)
    device = server.device("kitchen", "--tag", "a")
    viewer = operator(server, "vic", "viewer", "a")
    admin = operator(server, "ada", "admin")
    device.poll().ok()
    channels = [tail(who) for who in (viewer, admin)]
    for channel in channels:
        check(channel.recv(4096), "the first heartbeat")
    page = Page(viewer)
    eq(page.curl("/api/fleet")[0], 200, "the page")

    after = server.events.mark()
    pg.stop()
    for channel in channels:
        ended(channel)
    server.events.wait("page.end", after=after)
    server.events.wait("store", after=after)
    before = time.time()
    for _ in range(3):
        device.poll().ok()
    code, _, err = viewer.command("device list")
    check(code == 1 and len(err.splitlines()) == 1, f"a command: {code} {err}")

    pg.start()
    server.events.wait("store", after=after, reason="the store answers again")
    eventually(lambda: len(server.admin_json("heartbeat", "tail", "-n", "9"))
               == 4, what="the polls are in the store")
    check(time.time() - before < 60, "soon")
    eventually(lambda: viewer.command("device list")[0] == 0, what="a command")
    eq(page.curl("/api/fleet")[0], 200, "another page")
    ends = server.events.find("page.end") + server.events.find("keeper.exit")
    eq([e for e in ends if "signal" in e["reason"]], [], "ended by a seal")


run(test)
