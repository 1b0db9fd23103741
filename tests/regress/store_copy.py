#!/usr/bin/python3
"""From SQLite to PostgreSQL and back, as an owner does it: a database by
store init, a file of passwords, store copy, store check, a backup."""
import os
import re
import signal

from harness import Server, check, eq, eventually, proc, run
from harness.database import READER, Copied
from harness.operators import operator
from harness.postgres import ROLE
from harness.store import rows

SECRET = "k7Qw-very-secret"
HBA = ("local all all trust\nhost all postgres 127.0.0.1/32 trust\n"
       "host all all 127.0.0.1/32 scram-sha-256\n")


def says(done, text, code=1):
    eq(done.code, code, f"status of {done}")
    check(text in done.err, f"{text!r} in {done}")


def databases(t, server, pg):
    """Two, by what is printed and by --run; the roles have a password."""
    first, second = pg.url("first"), pg.url("second")
    says(server.admin("store", "init", pg.url("x").replace("@", ":pw@")),
         "password", 2)
    script = server.dir / "init.sql"
    script.write_text(server.admin("store", "init", first).ok().out)
    check(" SUPERUSER" not in script.read_text(), "a superuser")
    pg.tool("psql", "-X", "-q", "-h", pg.dir, "-p", str(pg.port), "-U",
            "postgres", "-d", "postgres", "-f", script).ok()
    server.admin("store", "init", second, "--run", "postgres").ok()
    server.admin("store", "init", second, "--run", "postgres").ok()
    for role in (ROLE, READER):
        pg.psql(f"ALTER ROLE \"{role}\" PASSWORD '{SECRET}'")
    (pg.data / "pg_hba.conf").write_text(HBA)
    pg.psql("SELECT pg_reload_conf()")
    return first, second


def passwords(server):
    path = server.dir / "state" / "pgpass"
    path.write_text("".join(f"*:*:*:{role}:{SECRET}\n"
                            for role in (ROLE, READER)))
    path.chmod(0o600)
    server.own(path)
    return path


def everything(server, *store):
    # Whether a device is online is the server's to know, which was stopped.
    return [re.sub('"state":"(online|unknown)"', "", server.admin(
        "--json", *store, *words).ok().out) for words in (
        ("device", "list"), ("key", "list"), ("operator", "list"),
        ("token", "list"), ("forward", "list", "--all"),
        ("heartbeat", "tail", "-n", "20"), ("permit", "list"))]


def but_for_beats(all):
    """A copy from PostgreSQL leaves out the heartbeats that it kept."""
    return [out for out in all if '"seq":' not in out]


def checks_start(t, server, path):
    """What -t and a start say of the file of passwords."""
    path.chmod(0o640)
    says(server.fails("-t"), "others than its owner may use it", 78)
    path.chmod(0o600)
    if server.root:
        os.chown(path, 0, 0)
        says(server.fails("-t"), "it must be owned by", 78)
        server.own(path)
    t.run(server.command("-t")).ok()


def seen_nowhere(server):
    """The password: in no process's arguments or environment."""
    for pid in [server.process.pid, *proc.descendants(server.process.pid)]:
        for what in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{what}", "rb") as f:
                check(SECRET.encode() not in f.read(), f"{what} of {pid}")


def killed(server, pg, sqlite, url):
    """In the middle: what was to be copied to stays empty."""
    rows(server, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
         "FROM n WHERE i < 60000) INSERT INTO history_text "
         "SELECT 1, 'fw', i, 'of-' || i FROM n")
    says(server.admin("store", "check", url), "no store in PostgreSQL")
    process = server.case.spawn([server.bin / "admin" / "et-admin", "-c",
                                 server.conf, "store", "copy", sqlite, url])
    eventually(lambda: int(pg.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'second' AND "
        "xact_start IS NOT NULL")) > 0 or process.poll() is not None,
        what="it copies", every=0.005)
    proc.kill(process.pid, signal.SIGKILL)
    process.wait()
    eventually(lambda: int(pg.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'second'"))
        == 0, what="its connections are gone")


def test(t):
    server = Server(t, store=f"sqlite:{t.dir}/server/state/store.db")
    sqlite = server.options["store"]
    device = server.device("kitchen", "--tag", "a")
    server.device("barn", "--tag", "b")
    server.admin_ok("device", "add", "gone")
    server.admin_ok("device", "remove", "gone")
    viewer = operator(server, "vic", "viewer", "a")
    server.admin_ok("token", "new", "--server", "h:22", "--device", "new")
    device.poll(command="poll 1 fw=\xe9").ok()
    pg = Copied(t)
    first, second = databases(t, server, pg)
    path = passwords(server)
    server.set(store_passfile=str(path))
    says(server.admin("store", "copy", sqlite, first), "is running")
    server.stop()
    before = everything(server)

    killed(server, pg, sqlite, second)
    server.admin("store", "copy", sqlite, second).ok()
    rows = server.admin_json("store", "copy", sqlite, first)
    eq({row["table"]: row["rows"] for row in rows}["device"], 2, "devices")
    says(server.admin("store", "copy", sqlite, first), "is not empty")
    eq(everything(server, "-s", first), before, "the copy")

    server.set(store=first, store_reader=READER)
    checks_start(t, server, path)
    server.start()
    device.poll().ok()
    seen_nowhere(server)
    says(server.admin("store", "copy", first, f"sqlite:{server.dir}/state/no"),
         "is running")
    code, listed, err = viewer.command("device list --json")
    eq((code, err), (0, ""), "a viewer's list")
    check("kitchen" in listed and "barn" not in listed, "what a viewer sees")
    facts = server.admin_json("store", "check")[0]
    eq(facts["server"], True, "a server runs")
    server.device("next")
    eq(pg.psql("SELECT max(id) FROM device", "first"), "4", "no number is given twice")

    backup = server.dir / "backup.tar"
    server.admin("backup", backup).ok()
    says(server.admin("store", "check", pg.url("first", "postgres")),
         "superuser")
    server.stop()
    before = everything(server)
    back = f"sqlite:{server.dir}/state/back.db"
    server.admin("store", "copy", first, back).ok()
    before = but_for_beats(before)
    eq(but_for_beats(everything(server, "-s", back)), before, "the copy back")
    restored = f"sqlite:{server.dir}/state/restored.db"
    says(server.admin("restore", "--force", backup), "et-admin store copy")
    server.admin("restore", "--force", "-s", restored, backup).ok()
    eq(but_for_beats(everything(server, "-s", restored)), before,
       "the backup")
    server.set(store=back)
    server.start()
    device.poll().ok()


run(test)
