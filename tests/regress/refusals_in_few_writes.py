#!/usr/bin/python3
"""Refused logins under the names of many devices cost few synced writes; each
is an event, and a stranger's do not hide those of a device's own key."""
import json
import sqlite3
import time

from harness import Key, check, eq, eventually, run
from harness.clients import Device
from harness.fault import FaultServer

OFFERS = 80
EACH_SECOND = 3         # writes: those of strangers, and the server's own
NOTED = (16, 2)         # refusals for the store: in a row, and a second


def noted(server, name, field):
    """What the store holds of the device's last refused login."""
    row = json.loads(server.admin("doctor", name, "--json").out)
    return row[field] and row[field]["reason"]


def in_store(server):
    store = sqlite3.connect(f"file:{server.store}?mode=ro", uri=True)
    try:
        return store.execute(
            "SELECT count(*) FROM refusal WHERE own = 0").fetchone()[0]
    finally:
        store.close()


def test(t):
    server = FaultServer(t, "sync.so", max_startups=200)
    names = [f"d{n}" for n in range(OFFERS)]
    for name in names:
        server.admin("device", "add", name).ok()
    known = server.device("known")
    known.answer("poll 1")
    server.events.wait("admin", reason=lambda r: "known" in r)
    key = Key(t, "stranger")
    strangers = [Device(server, name, key) for name in names]
    keeper = server.controls["et-sshd-keeper"]
    keeper.arm(0, 0)                    # counts from 0
    begun, after = time.monotonic(), server.events.mark()
    for stranger in strangers:
        check(stranger.poll().code != 0, "refused")
    server.events.wait("login.refused", after=after, count=OFFERS)
    eventually(lambda: noted(server, names[0], "refused_name") ==
               "unknown key", what="the first is noted", every=0.05)
    # The device's own key, while a stranger has had the store's attention.
    check(Device(server, "other", known.key).poll().code != 0, "refused")
    eventually(lambda: noted(server, "known", "refused") ==
               "key of another device", what="that of its own key", every=0.05)
    took = time.monotonic() - begun
    writes = keeper.fields()[3]
    print(f"{OFFERS} refusals in {took:.1f} s: {writes} synced writes")
    check(0 < writes <= 12 + EACH_SECOND * took, f"{writes} in {took:.1f} s")
    eq(len(server.events.find("login.refused", after)), OFFERS + 1, "events")
    rows = in_store(server)
    check(0 < rows <= NOTED[0] + NOTED[1] * took + 1,
          f"{rows} refusals in the store after {took:.1f} s")


run(test)
