#!/usr/bin/python3
"""kill -9 at any moment of a backup leaves the one before or the new one, whole;
of a restore, what was there or what was asked.  In between et-sshd does not
start, and et-admin restore completes it.  The next one is not in the way."""
import os
import shutil

from harness import Key, Server, Skip, check, eq, plain_build_only, run
from harness.backups import MANIFEST, members, tree

# Each of these is a moment: what it would do is not done.
CALLS = ("fsync", "rename", "unlink", "rmdir", "mkdir", "fchmod", "fchown",
         "ftruncate", "write")
MANY = 200              # more than any process makes of one
LONG = os.environ.get("ETPH_LONG")
NOISE = ("-shm", "-wal", "-server")


def killed(t, argv, call, n, both):
    """Run it until a process of it, or the first one alone, is at its n-th such
    call; returns False when it came to its end."""
    trace = t.dir / "trace"
    done = t.run(["strace", *(["-f"] if both else []), "-o", trace, "-e",
                  f"trace={call}", "-e", f"inject={call}:signal=KILL:when={n}",
                  *argv])
    return "killed by SIGKILL" in trace.read_text() or done.code < 0


def moments(t, argv, restart, look):
    """Each moment, from the state that restart makes: how many there are."""
    count = 0
    for both in (True, False):
        for call in CALLS:
            # Of the writes, some.
            for n in range(1, MANY, 1 if LONG or call != "write" else 4):
                restart()
                found = killed(t, argv, call, n, both)
                look(f"{call} {n} {both}", found)
                if not found:
                    break
                count += 1
    return count


def of_backup(t, server):
    path = t.dir / "one.tar"
    argv = [server.bin / "admin/et-admin", "-c", server.conf, "backup", path]
    before = b"the one before"

    def restart():
        path.write_bytes(before)
        path.chmod(0o600)

    def look(n, found):
        for name in t.dir.glob("one.tar*"):
            eq(name.stat().st_mode & 0o777, 0o600, f"{name} at {n}")
        check(path.read_bytes() == before or
              server.admin("restore", "--check", path).code == 0,
              f"half a backup at {n}")
        check(found or path.read_bytes() != before, "no new one at the end")

    count = moments(t, argv, restart, look)
    check(count > 20, f"moments of a backup: {count}")
    server.admin("backup", path).ok()
    eq([p.name for p in t.dir.glob("one.tar*")], ["one.tar"], "left")
    eq(list(server.store.parent.glob("*.backup*")), [], "left at the store")


class Restore:
    def __init__(self, t, server):
        self.t, self.server = t, server
        self.path = t.dir / "server.tar"
        self.etc, self.state = server.dir / "etc", server.store.parent
        (self.etc / "ssh_host_ed25519_key.next").write_text("to come\n")
        server.admin("backup", self.path).ok()
        (self.etc / "ssh_host_ed25519_key.next").unlink()
        self.asked = {n: d for n, d in members(self.path).items()
                      if not n.startswith(MANIFEST)}
        # What is there differs in each file.
        server.admin("device", "add", "unit-later").ok()
        with open(server.conf, "a", encoding="ascii") as f:
            f.write("# later\n")
        (self.etc / "conf.d/b.conf").write_text("# later\n")
        (self.etc / "ssh_host_ed25519_key.announced").write_text("later\n")
        Key(t, "later").openssh.rename(self.etc / "ssh_host_ed25519_key")
        self.folders = (self.etc, self.state)
        for folder in self.folders:
            shutil.copytree(folder, f"{folder}.kept")
        self.before = self.files()
        self.argv = [server.bin / "admin/et-admin", "-c", server.conf,
                     "restore", "--force", self.path]

    def restart(self):
        for folder in self.folders:
            shutil.rmtree(folder)
            shutil.copytree(f"{folder}.kept", folder)
            self.server.own(folder)
            for path in folder.glob("*.db*"):
                self.server.own(path)

    def files(self):
        """What et-sshd would use."""
        return {k: v for k, v in tree(*self.folders, leave=NOISE).items()
                if ".before-" not in k and ".restore" not in k}

    def is_asked(self):
        names = {"et-sshd.conf": self.server.conf,
                 "conf.d/a.conf": self.etc / "conf.d/a.conf",
                 "host-keys/ssh_host_ed25519_key":
                     self.etc / "ssh_host_ed25519_key",
                 "host-keys/ssh_host_ed25519_key.next":
                     self.etc / "ssh_host_ed25519_key.next"}
        return all(names[n].exists() and names[n].read_bytes() == data
                   for n, data in self.asked.items() if n != "store.db") and \
            not (self.etc / "conf.d/b.conf").exists() and \
            not list(self.etc.glob("*.announced")) and \
            [d["device"] for d in
             self.server.admin_json("device", "list")] == ["unit-1"]

    def look(self, n, found):
        server = self.server
        journal = self.etc / "et-sshd.conf.restore/journal"
        check(found or not journal.exists(), "a journal at the end")
        if journal.exists():
            done = server.fails("-t")
            check(done.code == 78 and "restore was interrupted" in done.err,
                  f"at {n}: {done}")
            for words in (("device", "list"), ("restore", self.path)):
                done = server.admin(*words)
                check(done.code == 1 and "without a file" in done.err,
                      f"at {n}: {done}")
            server.admin("restore").ok()
            check(self.is_asked(), f"not what was asked, completed at {n}")
            eq(server.admin("restore").code, 2, "nothing is left to complete")
        elif self.files() == self.before:
            check(found, "it came to its end and did nothing")
            self.server.admin("restore", "--force", self.path).ok()
        check(self.is_asked(), f"mixed files at {n}")
        if (self.etc / "et-sshd.conf.restore").exists():
            # All was done but to remove it.
            check(found, "it leaves its folder")
            self.server.admin("restore", "--force", self.path).ok()
        eq([p for p in (self.etc, self.state) for p in p.glob("*.restore*")],
           [], f"left at {n}")


def of_restore(t, server):
    r = Restore(t, server)
    count = moments(t, r.argv, r.restart, r.look)
    check(count > 50, f"moments of a restore: {count}")
    # One that has been completed can be undone: all was kept aside.
    aside = {p.split(".before-")[0]: v for p, v in tree(
        *r.folders, leave=NOISE).items() if ".before-" in p}
    for path, (data, _, _) in r.before.items():
        if path in aside and not path.endswith("store.db"):
            eq(aside[path][0], data, path)


def test(t):
    if shutil.which("strace") is None:
        raise Skip("no strace")
    plain_build_only("the sanitizers' calls are no moments")
    server = Server(t, start=False)
    etc = server.dir / "etc"
    (etc / "conf.d").mkdir(parents=True)
    (etc / "conf.d/a.conf").write_text("# first\n")
    key = etc / "ssh_host_ed25519_key"
    shutil.copy(server.hostkeys[0].openssh, key)
    key.chmod(0o600)
    server.set(host_keys=[str(key)])
    server.conf.rename(etc / "et-sshd.conf")
    type(server).conf = property(lambda self: self.dir / "etc/et-sshd.conf")
    server.admin("device", "add", "unit-1").ok()
    if t.run(["strace", "-o", "/dev/null", "true"]).code != 0:
        raise Skip("strace cannot trace here")
    of_backup(t, server)
    of_restore(t, server)


run(test)
