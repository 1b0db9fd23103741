#!/usr/bin/python3
"""root's et-admin is the store's owner while the store is open: what the owner
puts in the way of it leads root nowhere."""
import os
import pwd
import shutil
import signal
import subprocess

from harness import Key, Server, Skip, check, eq, eventually, proc, run
from harness.case import end
from harness.fault import FOLDER, preload
from harness.server import USER
from harness.store import set_schema


def et_admin(server, *words):
    return [server.bin / "admin" / "et-admin", "-c", server.conf, *words]


def opened(process, store):
    """It has the store open."""
    folder = f"/proc/{process.pid}/fd"
    links = [os.readlink(f"{folder}/{n}") for n in os.listdir(folder)]
    return str(store) in links


def identity(t, server):
    process = t.spawn(et_admin(server, "heartbeat", "tail", "-f"),
                      stdout=subprocess.DEVNULL)
    eventually(lambda: opened(process, server.store), what="it has the store")
    got, owner = proc.status(process.pid), pwd.getpwnam(USER)
    eq(set(got["Uid"].split()), {str(owner.pw_uid)}, "uids")
    eq(set(got["Gid"].split()), {str(owner.pw_gid)}, "gids")
    eq(got["Groups"], "", "further groups")
    eq({got[k].strip("0") for k in ("CapEff", "CapPrm", "CapInh", "CapAmb")},
       {""}, "capabilities")
    eq(got["NoNewPrivs"], "1", "NoNewPrivs")
    end(process)


def as_owner(t, *words):
    t.run(["setpriv", f"--reuid={USER}", f"--regid={pwd.getpwnam(USER).pw_gid}",
           "--clear-groups", *words], check_=True)


def link_to_root(t, server):
    """The owner makes the store a link to one that is root's."""
    secret = t.dir / "secret"
    secret.mkdir(mode=0o700)
    server.admin("-s", f"sqlite:{secret}/store.db", "device", "add",
                 "treasure").ok()
    os.chown(secret / "store.db", 0, 0)
    before = (secret / "store.db").read_bytes()
    kept = server.store.rename(server.dir / "kept")
    as_owner(t, "ln", "-s", secret / "store.db", server.store)
    for words in (("device", "list"), ("device", "add", "other"),
                  ("forward", "open", "treasure", "22:2222", "--ssh")):
        done = server.admin(*words)
        check(done.code == 1 and "Permission denied" in done.err and
              done.err.count("\n") == 1 and "treasure" not in done.out,
              f"root follows the link: {done}")
    eq((secret / "store.db").read_bytes(), before, "root's store")
    server.store.unlink()
    kept.rename(server.store)


def link_in_a_race(t, server):
    """The owner puts a link where the snapshot of a migration has just made
    sure that nothing is."""
    library = FOLDER / "unlink.so"
    if not library.exists():
        raise Skip(f"no {library}: make check builds it")
    place = t.dir / "place"
    place.mkdir(mode=0o700)
    library = shutil.copy(library, t.dir)
    set_schema(server, 1)
    process = t.spawn(["env", *preload(library),
                       *et_admin(server, "device", "list")],
                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    eventually(lambda: proc.stat(process.pid)[1] == "T" or
               process.poll() is not None, what="it stops")
    check(process.poll() is None, "it ended before the snapshot")
    as_owner(t, "ln", "-s", place / "made", f"{server.store}.schema-1.part")
    process.send_signal(signal.SIGCONT)
    done = process.communicate()
    eq(process.returncode, 1, f"its status: {done}")
    check(not (place / "made").exists(), "root made a file by the link")
    check(b"schema-1" in done[1] or b"this user may not" in done[1], str(done))


def other_folders(t, server):
    """Where only root can change anything root stays root; where others could
    change the way of root's folder, it is not opened."""
    def add(folder):
        return server.admin("-s", f"sqlite:{folder}/store.db", "device", "add",
                            "one")
    eq(add(t.dir / "secret").code, 0, "a folder of root's alone")
    eq((t.dir / "secret" / "store.db").stat().st_uid, 0, "root's store")
    for name, mode in (("open", 0o777), ("sticky", 0o1777), ("group", 0o770)):
        folder = t.dir / name
        folder.mkdir()
        folder.chmod(mode)
        below = folder / "below"
        below.mkdir(mode=0o700)
        done = add(folder)
        check(done.code == 1 and "chown" in done.err and
              done.err.count("\n") == 1, f"{name}: {done}")
        done = add(below)
        eq((done.code, "chown" in done.err),
           (0, False) if name == "sticky" else (1, True), f"{name}: {done}")
    (t.dir / "link").symlink_to(t.dir / "secret")
    eq(add(t.dir / "link").code, 1, "root's folder by a link")
    done = add(t.dir / "none")
    check(done.code == 1 and "install -d" in done.err, str(done))


def named_files(t, server):
    """What root names is read as root; the store is its owner's."""
    home = t.dir / "home"
    home.mkdir(mode=0o700)
    keys = [Key(t, f"named-{i}") for i in range(4)]
    for key in keys:
        key.pub = shutil.copy(key.pub, home)
        os.chmod(key.pub, 0o600)
    rows = home / "rows"
    rows.write_text(f"second,{keys[1].line}\n")
    rows.chmod(0o600)
    for words in (("device", "add", "first", "--key", keys[0].pub),
                  ("device", "import", rows),
                  ("key", "add", "first", keys[2].pub),
                  ("operator", "add", "op", "--role", "admin", "--key",
                   keys[3].pub)):
        server.admin_ok(*words)
    eq({r["device"] for r in server.admin_json("device", "list")},
       {"first", "second"}, "devices")
    eq(server.store.stat().st_uid, pwd.getpwnam(USER).pw_uid, "the store's")
    for key in server.hostkeys:
        os.chown(key.openssh, 0, 0)
        (key.openssh.parent / f"{key.openssh.name}.pub").unlink(True)
    server.admin_ok("token", "new", "--server", "localhost:2222")


def test(t):
    if os.getuid() != 0:
        raise Skip("needs root")
    server = Server(t, start=False)
    named_files(t, server)
    identity(t, server)
    link_to_root(t, server)
    other_folders(t, server)
    link_in_a_race(t, server)


run(test)
