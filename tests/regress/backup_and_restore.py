#!/usr/bin/python3
"""A backup that was made while the server ran makes the same server of a bare
machine; what is damaged, of another version or in the way is refused, and
nothing has changed then."""
import hashlib
import json
import os
import pty
import pwd
import shutil
import subprocess
import tarfile

from harness import Key, Server, check, eq, run
from harness.backups import MANIFEST, SUM, manifest, members, tree, write
from harness.operators import operator
from harness.server import USER
from harness.store import set_schema


class Place(Server):
    """A server whose keys and configuration are in a folder of its own."""

    def __init__(self, t):
        super().__init__(t, start=False, event_log_seal=True)
        self.etc = self.dir / "etc"
        self.etc.mkdir()
        self.set(host_keys=[str(self.etc / "ssh_host_ed25519_key"),
                            str(self.etc / "ssh_host_ecdsa_key")],
                 event_log_key=str(self.etc / "log_key"))
        # The one that the harness's clients know.
        self.admin("hostkey", "import", self.hostkeys[0].openssh).ok()
        self.admin("hostkey", "generate").ok()
        self.admin("log", "generate").ok()
        self.start()

    @property
    def conf(self):
        folder = self.dir / "etc"
        return (folder if folder.exists() else self.dir) / "et-sshd.conf"

    def files(self):
        """All that a restore could change."""
        return tree(self.etc, self.store.parent,
                    leave=("-shm", "-wal", "-server", "events.log"))


def backup(server, path, *options):
    row, = [json.loads(line) for line in server.admin(
        "--json", "backup", *options, path).ok().out.splitlines()]
    return row


def check_backup(t, server, path):
    """A tar archive for its owner alone, with a manifest that is true."""
    eq(path.stat().st_mode & 0o777, 0o600, "its mode")
    files, told = members(path), manifest(path)
    eq(list(files), [MANIFEST, SUM, "et-sshd.conf", "host-keys/ssh_host_ed25519_key",
                     "host-keys/ssh_host_ecdsa_key", "event-log-key",
                     "store.db"], "members")
    eq([(f["name"], f["size"], f["sha256"]) for f in told["files"]],
       [(n, len(d), hashlib.sha256(d).hexdigest())
        for n, d in files.items() if n not in (MANIFEST, SUM)], "the manifest")
    eq((told["et-phone-home-backup"], told["node"]), (1, "test"), "of what")
    version = t.run([server.bin / "admin/et-admin", "--version"]).out.split()[1]
    eq(told["version"], version, "version")
    check(told["schema"] >= 8, told)
    # As the server's: readers do not keep writers out (sqlite.org/fileformat).
    eq(files["store.db"][18:20], b"\2\2", "the store has a log")
    for name in ("host-keys/ssh_host_ed25519_key", "event-log-key"):
        eq([f["mode"] for f in told["files"] if f["name"] == name], ["0600"],
           name)
    out = t.run(["tar", "-tvf", path]).ok().out
    check(out.splitlines()[-1].endswith(" store.db"), out)
    with tarfile.open(path) as tar:
        eq({m.mode & 0o077 for m in tar if m.name != "et-sshd.conf"}, {0},
           "modes in it")


def make(t, server):
    """While devices are added: one is in it that was there before."""
    path = t.dir / "server.tar"
    path.write_text("the one before\n")
    path.chmod(0o644)
    busy = t.spawn(["sh", "-c", "i=0; while :; do i=$((i+1)); "
                    f"{server.bin}/admin/et-admin -c {server.conf} device add "
                    "busy-$i >/dev/null; done"])
    row = backup(server, path)
    busy.kill()
    busy.wait()
    eq((row["file"], row["bytes"] if "bytes" in row else row["size"]),
       (str(path), path.stat().st_size), "what it says")
    check_backup(t, server, path)
    eq(sorted(p.name for p in t.dir.glob("server.tar*")), ["server.tar"],
       "what it leaves")
    eq(list(server.store.parent.glob("*backup*")), [], "beside the store")
    return path


def streams(t, server):
    """Standard output: a backup and not a word more; no terminal."""
    script = f"{server.bin}/admin/et-admin -c {server.conf} backup"
    out = t.dir / "streamed.tar"
    done = t.run(["sh", "-c", f"{script} - >{out}"]).ok()
    eq((done.out, done.err), ("", ""), "what it says")
    check("store.db" in members(out), "members")
    done = server.admin("restore", "--check", "-", data=out.read_bytes())
    check("Store's schema" in done.ok().out, str(done))
    ours, theirs = pty.openpty()
    for words in (("backup", "-"), ("restore", "-")):
        process = subprocess.Popen(
            [server.bin / "admin/et-admin", "-c", server.conf, *words],
            stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
        said = process.communicate(timeout=30)[1]
        check(process.returncode == 2 and b"terminal" in said, said)
    os.close(ours)
    os.close(theirs)


def keeps(t, server):
    """A folder of them, of which the newest stay, and what is not one."""
    folder = t.dir / "nightly"
    folder.mkdir(mode=0o700)
    old = [folder / f"et-phone-home-2020010{i}T000000Z.tar" for i in range(5)]
    other = [folder / "et-phone-home-20200101T000000Z.tar.gz",
             folder / "et-phone-home-latest.tar", folder / "notes"]
    for path in old + other:
        path.write_text("")
    row = backup(server, folder, "--keep", "3")
    eq(row["removed"], 3, "removed")
    eq(sorted(folder.iterdir()), sorted(old[3:] + other + [
        folder / os.path.basename(row["file"])]), "what is left")
    new = t.dir / "made"
    backup(server, f"{new}/")
    eq(new.stat().st_mode & 0o777, 0o700, "a folder that it makes")
    for words in (("--keep", "0", folder), ("--keep", "x", folder),
                  ("--keep", "3", t.dir / "server.tar")):
        eq(server.admin("backup", *words).code, 2, str(words))


def refused(server, text, *words, **how):
    before = server.files()
    done = server.admin("restore", *words, **how)
    check(done.code == 1 and text in done.err, f"not {text!r}: {done}")
    eq(server.files(), before, f"files after: {text}")


def damaged(t, server, path):
    """Each block changed or the end cut off: refused, also by --check."""
    whole, bad = path.read_bytes(), t.dir / "bad.tar"
    size = len(whole)
    for at in [0, 200, 600, 1000, *range(2048, size - 1024, size // 40)]:
        changed = bytearray(whole)
        changed[at] ^= 0x40
        bad.write_bytes(changed)
        done = server.admin("restore", "--check", bad)
        check(done.code == 1 and "damaged" in done.err, f"at {at}: {done}")
    for length in (0, 100, 512, 1500, size // 2, size - 1500, size - 1024):
        bad.write_bytes(whole[:length])
        done = server.admin("restore", "--check", bad)
        check(done.code == 1 and "damaged" in done.err, f"{length}: {done}")
    changed = bytearray(whole)
    changed[-3000] ^= 1
    bad.write_bytes(changed)
    refused(server, "damaged", "--force", bad)
    bad.write_bytes(whole[:-3000])
    refused(server, "damaged", "--force", bad)
    bad.write_text("something else entirely\n" * 100)
    refused(server, "not a backup", "--force", bad)


def of_others(t, server, path):
    """Another format, a newer schema, a name that no backup has."""
    files, bad = members(path), t.dir / "bad.tar"
    for text, more, change in (
            ("newer version", {}, {"schema": 9999}),
            ("cannot be migrated", {}, {"schema": 0}),
            ("format 2", {}, {"et-phone-home-backup": 2}),
            ("contains passwd", {"passwd": b"x"}, {}),
            ("contains conf.d/../x", {"conf.d/../x": b"x"}, {}),
            ("contains /etc/x", {"/etc/x": b"x"}, {}),
            ("does not name", {"host-keys/other_key": b"x"}, {})):
        store = files["store.db"]
        new = {k: v for k, v in files.items() if k != "store.db"}
        write(bad, {**new, **more, "store.db": store}, **change)
        refused(server, text, "--force", bad)
    key = files.pop("event-log-key")
    write(bad, {**files, "event-log-key": key})
    refused(server, "not the store", "--force", bad)
    write(bad, {k: v for k, v in files.items() if k != "et-sshd.conf"})
    refused(server, "no configuration", "--force", bad)
    write(bad, {**files, "et-sshd.conf": b"store = {"})
    refused(server, "configuration in the backup", "--force", bad)
    elsewhere(t, server, files, bad)
    # The manifest is as it should be, what it names is not.
    broken = bytearray(files["store.db"])
    broken[4096 * 3:4096 * 9] = b"\xff" * (4096 * 6)
    write(bad, {**files, "store.db": bytes(broken)})
    refused(server, "damaged", "--force", bad)
    write(bad, {**files, "store.db": b"no database" * 100})
    refused(server, "not a store", "--force", bad)


def elsewhere(t, server, files, bad):
    """Somebody has changed its configuration: root would write anywhere."""
    there = t.dir / "cron.d"
    there.mkdir()
    evil = there / "evil"
    conf = files["et-sshd.conf"].decode()
    key = b"* * * * * root touch /tmp/owned\n"
    rest = {k: v for k, v in files.items()
            if k not in ("et-sshd.conf", "store.db", "event-log-key",
                         "host-keys/evil")}
    store = {"store.db": files["store.db"]}
    for option, value, more in (
            ("host-keys", f'{{"{evil}"}}', {"host-keys/evil": key}),
            ("host-keys", f'{{"{server.etc}/../../cron.d/evil"}}',
             {"host-keys/evil": key}),
            ("event-log-key", f'"{evil}"', {"event-log-key": key}),
            ("store", f'"sqlite:{evil}"', {}),
            ("store", f'"sqlite:{there}/new/evil"', {})):
        kept = rest if option != "host-keys" else {
            k: v for k, v in rest.items() if not k.startswith("host-keys/")}
        changed = "\n".join(line for line in conf.splitlines()
                            if not line.startswith(option + " "))
        write(bad, {**kept, "et-sshd.conf":
                    f"{changed}\n{option} = {value}\n".encode(),
                    **more, **store})
        refused(server, "outside the default folders", "--force", bad)
        eq(sorted(there.iterdir()), [], f"{option}: what is in {there}")


def of_another_user(t, server):
    """A journal that somebody else has put there is not carried out."""
    where = t.dir / "shared"
    where.mkdir(mode=0o777)
    folder, theirs = where / "c.conf.restore", t.dir / "theirs"
    folder.mkdir()
    theirs.write_text("not to be moved\n")
    (folder / "journal").write_text(json.dumps({
        "restore": 1, "suffix": ".x", "store": f"sqlite:{where}/store.db",
        "moves": [[str(theirs), str(t.dir / "moved")]]}))
    folder.chmod(0o777)
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
        folder.chmod(0o755)
    done = t.run([server.bin / "admin/et-admin", "-c", where / "c.conf",
                  "restore"])
    check(done.code == 1 and "writable by other users" in done.err, str(done))
    check(theirs.exists(), "it was moved")


def other_schemas(t, server, path):
    """The store itself is of a newer schema; an older one is migrated."""
    files, bad = members(path), t.dir / "bad.tar"
    current = manifest(path)["schema"]
    held = server.store.rename(server.dir / "held")
    for schema, text in ((9999, "newer version"), (current - 1, None)):
        server.store.write_bytes(files["store.db"])
        set_schema(server, schema)
        write(bad, {**files, "store.db": server.store.read_bytes()},
              schema=min(schema, current))
        server.store.unlink()
        if text:
            refused(server, text, "--force", bad)
            continue
        done = server.admin("restore", "--force", bad).ok()
        check(f"has schema {schema}; et-sshd migrates" in done.err, str(done))
        server.store.unlink()
    held.rename(server.store)


def bare(server):
    """Nothing of it is there any more."""
    server.stop()
    shutil.rmtree(server.etc)
    shutil.rmtree(server.store.parent)
    # As the package makes it.
    (server.etc / "conf.d").mkdir(parents=True)


def test(t):
    server = Place(t)
    device = server.device("kitchen-1", "--alias", "kitchen")
    alice = operator(server, "alice", "admin")
    device.poll().ok()
    path = make(t, server)
    streams(t, server)
    of_another_user(t, server)
    keeps(t, server)
    refused(server, "stop it first", "--force", path)
    events = server.events_path.read_bytes()
    server.stop()
    refused(server, "store.db exists: --force", path)
    server.device("unit-2")
    refused(server, "store.db exists: --force", path)
    other_schemas(t, server, path)
    key = server.etc / "ssh_host_ed25519_key"
    kept, here = key.read_bytes(), server.files()
    another = Key(t, "another")
    another.openssh.rename(key)
    public = server.etc / "ssh_host_ed25519_key.pub"
    right = public.read_text()
    public.write_text(another.line + "\n")
    store = server.store.rename(server.dir / "away")
    refused(server, "exists and differs: --force", path)
    store.rename(server.store)
    damaged(t, server, path)
    of_others(t, server, path)
    eq(sorted(server.etc.glob("*.restore*")), [], "what refusals leave")
    # With --force what was there is kept aside, and told where.
    done = server.admin("--json", "restore", "--force", path).ok()
    aside = [a["path"] for a in json.loads(done.out)["aside"]]
    eq([os.path.basename(a).split(".before-")[0] for a in aside],
       ["store.db", "ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"],
       "kept")
    eq(key.read_bytes(), kept, "the host key")
    eq(public.read_text(), right, "its public half")
    with open(aside[0], "rb") as f:
        eq(f.read(), here[str(server.store)][0], "the store that was there")
    publics = {p.name: p.read_text() for p in server.etc.glob("*.pub")}
    eq(len(publics), 3, "keys with a public half")
    # A bare machine: nothing but the program, and the user.
    bare(server)
    # Where no configuration has its store yet, it must be said.
    done = server.admin("restore", path)
    check(done.code == 1 and "outside the default folders" in done.err, str(done))
    server.admin("restore", "-s", f"sqlite:{server.store}", path).ok()
    told = {n: d for n, d in members(path).items() if n not in (MANIFEST, SUM)}
    eq({p.name: p.read_bytes() for p in server.etc.iterdir()
        if p.name != "conf.d" and p.suffix != ".pub"},
       {os.path.basename(n).replace("event-log-key", "log_key"): d
        for n, d in told.items() if n != "store.db"}, "the configuration")
    eq({p.name: p.read_text() for p in server.etc.glob("*.pub")}, publics,
       "the public halves")
    owner = pwd.getpwnam(USER).pw_uid if os.getuid() == 0 else os.getuid()
    for at, mode in ((server.store.parent, 0o700), (server.store, 0o600)):
        st = at.stat()
        eq((st.st_mode & 0o777, st.st_uid), (mode, owner), str(at))
    eq(key.stat().st_mode & 0o777, 0o600, "the host key's mode")
    server.events_path.write_bytes(events)
    server.own(server.events_path)
    server.events.reopen(server.events_path)
    server.start()
    device.poll().ok()
    alice.login()
    eq(server.admin_json("device", "show", "kitchen")[0]["device"], "kitchen-1",
       "the device")
    check("unit-2" not in {d["device"] for d in server.admin_json(
        "device", "list")}, "a device that came later")


run(test)
