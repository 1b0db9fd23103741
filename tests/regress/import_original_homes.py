#!/usr/bin/python3
"""contrib/import-original.sh by root, of homes that devices own: it neither
hangs, nor reads what the device may not, nor gives one key to two devices."""
import os
import pwd
import shutil
import subprocess

from harness import Key, Server, Skip, check, eq, run
from harness.case import SRCDIR

SCRIPT = SRCDIR / "contrib" / "import-original.sh"
UID = 64300             # nobody's


class Old:
    """The file system of an old server."""

    def __init__(self, t, name):
        self.root = t.dir / name
        self.uid = UID
        (self.root / "home").mkdir(parents=True)
        (self.root / "etc" / "ssh").mkdir(parents=True)
        shutil.copy(t.dir / "host.key",
                    self.root / "etc" / "ssh" / "ssh_host_ed25519_key")

    def home(self, name, line=None):
        """A device's home, which is its own; its authorized_keys."""
        self.uid += 1
        ssh = self.root / "home" / f"device{name}" / ".ssh"
        ssh.mkdir(parents=True)
        keys = ssh / "authorized_keys"
        if line is not None:
            keys.write_text(line + "\n")
            self.own(keys, 0o600)
        self.own(ssh, 0o700)
        self.own(ssh.parent, 0o700)
        return keys

    def own(self, path, mode):
        path.chmod(mode)
        os.chown(path, self.uid, self.uid)


def take_over(t, server, old, *more, timeout=60):
    return t.run(["env", f"ET_ADMIN={server.bin}/admin/et-admin", SCRIPT, "-c",
                  server.conf, "-r", old.root, *more], timeout)


def devices(server):
    return {r["device"] for r in server.admin_json("device", "list")}


def hostile_homes(t, server, keys):
    old = Old(t, "hostile")
    old.home("good", keys[0].line)
    os.mkfifo(old.home("fifo"), 0o666)
    # What root may read and the device may not.
    secret = t.dir / "shadow"
    secret.write_text(keys[1].line + "\n")
    secret.chmod(0o600)
    old.home("link").symlink_to(secret)
    # What the device may read, and does not own.
    public = t.dir / "public"
    public.write_text(keys[2].line + "\n")
    old.home("public").symlink_to(public)
    folder = t.dir / "folder"
    folder.mkdir()
    (folder / "authorized_keys").write_text(keys[3].line + "\n")
    ssh = old.home("folder").parent
    ssh.rmdir()
    ssh.symlink_to(folder)
    (old.root / "home" / "devicehome").symlink_to(
        old.root / "home" / "devicegood")
    sparse = old.home("sparse", keys[4].line)
    os.truncate(sparse, 1 << 30)
    old.home("device").symlink_to("/dev/zero")
    foreign = old.home("foreign", keys[5].line)
    os.chown(foreign, 0, 0)
    done = take_over(t, server, old)
    eq(done.code, 1, str(done))
    eq(devices(server), {"good"}, f"devices: {done}")
    for name in ("fifo", "link", "public", "folder", "home", "sparse",
                 "device", "foreign"):
        lines = [x for x in done.out.splitlines() if f"home/device{name}" in x]
        check(len(lines) == 1 and lines[0].startswith("left out: "),
              f"{name}: {lines}: {done}")
    for key in keys[1:6]:
        check(key.fingerprint not in done.out, f"a key was read: {done}")
    eq(done.err, "", "errors")


def reads_as_owner(t, server, keys):
    """Each home is read by a process of its owner's, which strace sees."""
    old = Old(t, "owner")
    old.home("owned", keys[6].line)
    log = t.dir / "trace"
    done = t.run(["strace", "-f", "-qq", "-e", "trace=openat,open,setresuid",
                  "-o", log, "env", "ASAN_OPTIONS=detect_leaks=0",
                  f"ET_ADMIN={server.bin}/admin/et-admin",
                  SCRIPT, "-n", "-c", server.conf, "-r", old.root], 60)
    eq(done.code, 0, str(done))
    owner = {}
    seen = 0
    for line in log.read_text(errors="replace").splitlines():
        pid, call = line.split(None, 1)
        if call.startswith("setresuid(") and call.endswith("= 0"):
            owner[pid] = call.split("(")[1].split(",")[0]
        if "authorized_keys" in call and call.startswith("open"):
            seen += 1
            eq(owner.get(pid), str(old.uid), f"who opens: {line}")
    check(seen > 0, "nothing was read")


def one_key_twice(t, server, keys):
    old = Old(t, "twice")
    old.home("first", keys[7].line)
    old.home("second", keys[7].line)
    for more in (("-n",), ()):
        done = take_over(t, server, old, *more)
        check(done.code == 1 and "first" in done.err and
              "second" in done.err and keys[7].fingerprint in done.err and
              done.err.count("\n") == 1, str(done))
        check(not devices(server) & {"first", "second"}, "nothing changed")
    # With one that is in the store under another id.
    old = Old(t, "again")
    old.home("other", keys[0].line)
    done = take_over(t, server, old)
    check(done.code == 1 and "good" in done.err and "other" in done.err and
          done.err.count("\n") == 1, str(done))
    eq(devices(server), {"good"}, "devices")
    # The same key twice in one home is one key.
    old = Old(t, "once")
    old.home("once", f"{keys[8].line}\n{keys[8].line}")
    done = take_over(t, server, old)
    eq((done.code, devices(server)), (0, {"good", "once"}), str(done))


def comment_of_any_letters(t, server, keys):
    """What stands behind a key is somebody's text, and means nothing."""
    old = Old(t, "comment")
    old.home("letters", f"{keys[9].line} b\u00fcro \x1b]0;x\x07")
    done = take_over(t, server, old)
    eq(done.code, 0, str(done))
    check("letters" in devices(server), f"left out: {done}")
    check(done.out.isascii() and "\x1b" not in done.out, f"shown: {done}")


def test(t):
    if os.getuid() != 0:
        raise Skip("needs root")
    server = Server(t, start=False)
    server.set(host_keys=[server.dir / "ssh_host_ed25519_key"])
    for user in pwd.getpwall():
        check(not UID <= user.pw_uid <= UID + 20, f"{user.pw_name} is there")
    keys = [Key(t, f"key-{i}") for i in range(10)]
    Key(t, "host")
    hostile_homes(t, server, keys)
    one_key_twice(t, server, keys)
    comment_of_any_letters(t, server, keys)
    if subprocess.run(["sh", "-c", "command -v strace"], check=False,
                      stdout=subprocess.DEVNULL).returncode == 0:
        reads_as_owner(t, server, keys)


run(test)
