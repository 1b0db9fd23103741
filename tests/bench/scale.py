#!/usr/bin/python3
"""What figure-scale.sh measures: a large fleet on one PostgreSQL.

scale.py SECONDS BEATING DEVICES     prints samples, "METRIC SERVER VALUE"

BEATING devices poll once a minute through three real keepers for so long; a
node starts on a store of DEVICES devices.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "regress"))
from harness import Server, check, run                      # noqa: E402
from harness import proc                                    # noqa: E402
from harness.case import BUILDDIR                           # noqa: E402
from harness.postgres import Postgres                       # noqa: E402

SECONDS, BEATING, DEVICES = (int(word) for word in sys.argv[1:4])
KEEPERS, FEW = 3, 50
TOOL = BUILDDIR / "tests" / "bench"
SETTINGS = {"shared_buffers": "512MB", "checkpoint_timeout": "15min",
            "max_wal_size": "4GB", "wal_compression": "lz4"}
# No change a device: a node that starts reads all of them anyway.
FILL = """
SET session_replication_role = replica;
INSERT INTO device (id, name, tags, created)
    SELECT n, 'd' || lpad(CAST (n AS TEXT), 11, '0'),
    CASE WHEN n <= {few} + 1 THEN 'few' ELSE 'fleet' END, 1
    FROM generate_series(2, {n}) n;
INSERT INTO device_seen (device, last_seen, interval, beats, addr, client,
    health) SELECT n, CAST (extract(epoch FROM now()) AS BIGINT) * 1000000, 60,
    64, '198.51.100.7', 'dropbear_2022.83', 'up=86400 load=0.15 mem=44 v=1.3 '
    'memt=123 model=GL-MT300N-V2 fw=OpenWrt-23.05.2 wan=10.4.1.1'
    FROM generate_series(2, {n}) n;
INSERT INTO key (device, type, digest, blob, created)
    SELECT n, 'ssh-ed25519', sha256(blob), blob, 1 FROM (SELECT n,
    decode('0000000b7373682d6564323535313900000020', 'hex') ||
    sha256(CAST ('' || n AS bytea)) AS blob
    FROM generate_series(2, {n}) n) k;
SELECT setval(pg_get_serial_sequence('device', 'id'), {n});
SELECT setval(pg_get_serial_sequence('key', 'id'), {n});
RESET session_replication_role;
"""
# A row of each page: what comes after is no full page in the log.
TOUCH = "UPDATE device_seen SET twice = twice WHERE ctid = ANY (ARRAY(" \
        "SELECT min(ctid) FROM device_seen " \
        "GROUP BY (CAST (CAST (ctid AS TEXT) AS point))[0]))"


def sample(metric, server, value):
    print(f"sample {metric} {server} {value:.6g}", flush=True)


def cpu(t, pid):
    return float(t.run([TOOL / "bench-usage", "cpu", pid], check_=True).out)


def fill(t, pg, name, devices):
    """A store of its own with so many devices; its URL."""
    url = pg.createdb(name)
    t.run([TOOL / "bench-fleet", "fill", url, 1, 20001], check_=True)
    for sql in (FILL.format(n=devices, few=FEW), "VACUUM (ANALYZE, FREEZE)"):
        t.run([pg.bin / "psql", "-X", "-q", "-h", pg.dir, "-p", pg.port, "-U",
               "postgres", "-d", name, "-c", sql], 600, check_=True)
    return url


# --- heartbeats ---------------------------------------------------------------

def counted(pg, db):
    """Bytes of the log so far, updates of device_seen, and those in place."""
    row = pg.psql("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, n_tup_upd, "
                  "n_tup_hot_upd FROM pg_stat_user_tables "
                  "WHERE relname = 'device_seen'", db)
    return [int(cell) for cell in row.split("|")]


def through_keepers(t, pg, url, seconds):
    """Heartbeats, the worst delay, CPU of the keepers and of the database."""
    used = cpu(t, pg.process.pid)
    done = t.run([TOOL / "bench-beats", url, BUILDDIR / "sshd" /
                  "et-sshd-keeper", KEEPERS, BEATING // 60, seconds],
                 seconds + 60, check_=True)
    sent, behind, keepers = done.out.split("\n")[-2].split()
    return (int(sent), float(behind), float(keepers),
            cpu(t, pg.process.pid) - used)


def beats(t, pg):
    url = fill(t, pg, "beats", BEATING)
    loading = through_keepers(t, pg, url, 0)
    for name in ("after-checkpoint", "steady"):
        pg.psql("CHECKPOINT")
        if name == "steady":
            pg.psql(TOUCH, "beats")
        before = counted(pg, "beats")
        sent, behind, keepers, used = through_keepers(t, pg, url, SECONDS)
        after = counted(pg, "beats")
        sample("scale-database-cpu", name, (used - loading[3]) / SECONDS * 100)
        sample("scale-keepers-cpu", name,
               (keepers - loading[2]) / SECONDS * 100)
        sample("scale-wal", name, (after[0] - before[0]) / sent)
        sample("scale-hot", name,
               (after[2] - before[2]) / max(after[1] - before[1], 1) * 100)
        sample("scale-behind", name, behind)


# --- a node -------------------------------------------------------------------

def memory(pid):
    """Bytes of the process that has most, of a server's."""
    sizes = {}
    for one in (pid, *proc.descendants(pid)):
        text = pathlib.Path(f"/proc/{one}/status").read_text()
        sizes[one] = int(text.split("VmRSS:")[1].split()[0]) * 1024
        print(pathlib.Path(f"/proc/{one}/comm").read_text().strip(),
              sizes[one], file=sys.stderr)
    return sizes


def start(t, url, name):
    """A node on that store; it, and the seconds until it listens."""
    node = Server(t, name, start=False)
    node.set(store=url)
    began = time.monotonic()
    node.start()
    return node, time.monotonic() - began


def node(t, pg):
    empty, _ = start(t, fill(t, pg, "empty", 1), "empty")
    least = memory(empty.process.pid)[empty.process.pid]
    empty.stop()
    began = time.monotonic()
    url = fill(t, pg, "large", DEVICES)
    print(f"filled in {time.monotonic() - began:.1f} s", file=sys.stderr)
    large, took = start(t, url, "large")
    sample("scale-start", "one", took)
    sample("scale-rss", "monitor",
           (memory(large.process.pid)[large.process.pid] - least) / DEVICES)
    for _ in range(3):
        began = time.monotonic()
        rows = large.admin_json("device", "list", "--tag", "few")
        sample("scale-list", "one", time.monotonic() - began)
        check(len(rows) == FEW, f"{len(rows)} devices")
    large.stop()


def test(t):
    pg = Postgres(t, durable=True, settings=SETTINGS)
    beats(t, pg)
    node(t, pg)


run(test, 900)
