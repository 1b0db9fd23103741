#!/usr/bin/python3
"""An operator who reads nothing of an answer holds no snapshot of the store:
its log (SQLite's WAL) begins anew meanwhile, so that it cannot grow for ever."""
import sqlite3

from harness import Server, eq, eventually, run
from harness.operators import operator

DEVICES = 4000                  # an answer that no socket's buffer holds
WINDOW = 32768                  # of the channel; it is never made larger
LISTS = ("device list --json", "device list",
         f"heartbeat tail -f --json -n {DEVICES}")


def is_free(server):
    """After a change all of the log can go: nobody reads an older state."""
    server.admin_ok("device", "tag", "many-1", "+t")
    server.admin_ok("device", "tag", "many-1", "-t")
    store = sqlite3.connect(server.store, timeout=60)
    _busy, pages, done = store.execute("PRAGMA wal_checkpoint").fetchone()
    store.close()
    return pages == done


def beats(server):
    """A heartbeat of each device, as the keeper notes them."""
    store = sqlite3.connect(server.store, timeout=60)
    with store:
        store.execute(
            "INSERT INTO heartbeat (id, seq, at, interval, addr, client, "
            "health) SELECT id * 64, 1000 + id, 1, 60, '192.0.2.1', 'x', '' "
            "FROM device")
    store.close()


def test(t):
    server = Server(t)
    rows = "".join(f"many-{n},,,x\n" for n in range(DEVICES))
    path = t.dir / "rows.csv"
    path.write_text(rows)
    server.admin_ok("device", "import", path)
    beats(server)
    victor = operator(server, "victor", "viewer")
    transport = victor.login()
    for text in LISTS:
        channel = transport.open_session(window_size=WINDOW)
        channel.exec_command(text)
        eventually(lambda: channel.recv_ready() and
                   len(channel.in_buffer) >= WINDOW // 2, what="it has said much")
        eq(len(server.pids("et-sshd-console")), 1, f"{text}: it waits")
        eventually(lambda: is_free(server),
                   what=f"{text}: it holds no snapshot")
        channel.close()
        eventually(lambda: not server.pids("et-sshd-console"),
                   what=f"{text}: it is gone")
    eventually(lambda: is_free(server), what="nobody reads")


run(test)
