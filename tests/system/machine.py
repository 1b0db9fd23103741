"""A machine with a real systemd as its PID 1, in a container of its own.

Its root is this machine's, seen through an overlay whose upper layer is in
memory: what it installs and writes is gone with it.  It has a network of its
own, and a cgroup of its own.  Where systemd-nspawn, a
mount namespace or a writable cgroup2 cannot be had, the test is skipped.
"""
import ctypes
import os
import pathlib
import pty
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] /
                       "regress"))
from harness import Skip, check, eq, eventually, run  # noqa: E402
from harness.case import BUILDDIR, PATIENCE, SRCDIR  # noqa: E402

CLONE_NEWNS = 0x00020000
MS_REC_PRIVATE = 0x4000 | 0x40000
TARGET = """[Unit]
Requires=basic.target dbus.service
After=basic.target dbus.service
AllowIsolate=yes
"""
# Of a test machine's own root: what its PID 1 must not start or inherit.
FORGET = ("etc/machine-id", "etc/fstab")

CLONE = "/srv/et-phone-home"     # where a machine has the tree

WANTS = "etc/systemd/system/multi-user.target.wants"

libc = ctypes.CDLL(None, use_errno=True)


def own_mounts():
    """From now on what this process mounts is seen by it and its children."""
    if libc.unshare(CLONE_NEWNS) != 0 or libc.mount(
            b"none", b"/", None, MS_REC_PRIVATE, None) != 0:
        raise Skip("no mount namespace of its own")


def cgroup2():
    """Where cgroup2 is mounted, and this process's place in it."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ")
        if after.split()[0] == "cgroup2":
            return pathlib.Path(before.split()[4])
    raise Skip("cgroup2 is not mounted")


class Machine:
    """One machine; boot() before anything is run on it.  Its root is seen
    through to base.  network is the path of a namespace; without, it has one
    of its own with loopback alone."""

    def __init__(self, case, name="server", base="/", network=None):
        if os.geteuid() != 0:
            raise Skip("not root")
        if shutil.which("systemd-nspawn") is None:
            raise Skip("no systemd-nspawn (Debian: systemd-container)")
        self.case, self.name, self.base = case, name, base
        self.pid = None
        self.network = network
        self.group = self.own_cgroup()
        own_mounts()
        self.place = case.dir / name
        self.root = self.place / "root"
        self.place.mkdir()
        self.mount("-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs",
                   self.place)
        case.closers.append(lambda: case.run(
            ["umount", "-l", self.place]))
        for folder in ("upper", "work", "root"):
            (self.place / folder).mkdir()
        self.mount("-t", "overlay", "-o",
                   f"lowerdir={base},upperdir={self.place}/upper,"
                   f"workdir={self.place}/work", "overlay", self.root)
        case.closers.append(lambda: case.run(["umount", "-l", self.root]))
        for name in FORGET:
            (self.root / name).write_text("")
        (self.root / "etc/systemd/system/et-test.target").write_text(TARGET)
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        self.before = set(os.listdir(self.root / WANTS))

    def mount(self, *words):
        done = self.case.run(["mount", *words])
        if done.code != 0:
            raise Skip(f"cannot mount: {done.err.strip()}")

    def own_cgroup(self):
        """Removed at the end: machines that share one share system.slice."""
        group = cgroup2() / f"et-{os.getpid()}-{self.name}"
        try:
            group.mkdir()
        except OSError as error:
            raise Skip(f"no cgroup of its own: {error}") from None
        self.case.closers.append(lambda: remove_cgroup(group))
        return group

    def boot(self):
        console = open(self.case.dir / f"{self.name}.console", "ab")
        self.case.tellers.append(self.tell)
        # Into its cgroup first, then the machine.
        words = ["sh", "-c", f'echo $$ >{self.group}/cgroup.procs && exec "$@"',
                 "sh", "systemd-nspawn", "--quiet", "-b", "-D", self.root,
                 f"--machine={self.name}", "--register=no", "--keep-unit",
                 f"--network-namespace-path={self.network}" if self.network
                 else "--private-network", "--console=pipe",
                 "systemd.unit=et-test.target"]
        self.nspawn = self.case.spawn(
            words, stdout=console, stderr=console, env={
                **os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
                "SYSTEMD_NSPAWN_LOCK": "0"})
        self.pid = eventually(self.init, what=f"{self.name}: a PID 1")
        eventually(lambda: self.run("systemctl", "is-system-running")
                   .out.strip() == "running", what=f"{self.name} runs",
                   every=0.1)

    def init(self):
        """Its PID 1, once the container's command has become it."""
        if self.nspawn.poll() is not None:
            raise Skip("systemd-nspawn does not start a machine here: " +
                       self.console()[-400:])
        path = f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children"
        for pid in pathlib.Path(path).read_text().split():
            name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
            if name == "systemd":
                return int(pid)
        return None

    def console(self):
        return (self.case.dir / f"{self.name}.console").read_text(
            errors="replace")

    def tell(self):
        """After a failure: what the machine said."""
        if self.pid is not None and self.nspawn.poll() is None:
            print(self.run("journalctl", "-n", "60", "--no-pager").out,
                  file=sys.stderr)

    def run(self, *words, timeout=PATIENCE, data=None):
        return self.case.run(
            ["nsenter", "-t", self.pid, "-a", "env", "-i", "HOME=/root",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
             "/bin", "LC_ALL=C.UTF-8", *words], timeout=timeout, data=data)

    def sh(self, text, timeout=PATIENCE):
        """A line as its owner types it."""
        return self.run("sh", "-ec", text, timeout=timeout)

    def ok(self, text, timeout=PATIENCE):
        return self.sh(text, timeout).ok().out

    def typed(self, line, answers):
        """As root at a terminal; answers are (what it waits for, what is typed).
        Its status and all that is printed."""
        parent, child = pty.openpty()
        process = self.case.spawn(
            ["nsenter", "-t", self.pid, "-a", "env", "-i", "HOME=/root",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
             "/bin", "LC_ALL=C.UTF-8", "sh", "-c", f"exec {line}"],
            stdin=child, stdout=child, stderr=child)
        os.close(child)
        said = text = ""
        answers = list(answers)
        while chunk := read_terminal(parent):
            said, text = said + chunk, text + chunk
            if answers and answers[0][0] in text:
                text = text.split(answers[0][0], 1)[1]
                os.write(parent, f"{answers.pop(0)[1]}\n".encode())
        os.close(parent)
        process.wait()
        eq(answers, [], f"{said}\nwhat was not asked")
        return process.returncode, said

    def set_client(self, *settings):
        """Settings of the client on it, which may have just been started: it
        can be told once it has its lock."""
        for line in settings:
            self.ok(f"echo '{line}' >>/etc/et-phone-home/config")
        eventually(lambda: self.run("et-phone-home", "reload").code == 0,
                   what="the client runs", every=0.1)

    def power(self, verb):
        """poweroff: until the machine is gone."""
        self.run("systemctl", verb)
        self.nspawn.wait(3 * PATIENCE)  # a process may be given 90 s to end
        self.pid = None

    def enabled(self):
        return set(os.listdir(self.root / WANTS)) - self.before

    def reboot(self):
        """With the services that were enabled since it was made, and none of
        this machine's own."""
        self.power("poweroff")
        wants = self.root / "etc/systemd/system/et-test.target.wants"
        wants.mkdir(exist_ok=True)
        for name in self.enabled():
            target = os.readlink(self.root / WANTS / name)
            (wants / name).unlink(missing_ok=True)
            (wants / name).symlink_to(target)
        self.boot()

    def install(self):
        """What "make install" puts there, of this build; and of the clone what
        is copied by hand.  Its own /tmp may hide this one."""
        shutil.copytree(SRCDIR / "contrib", f"{self.root}{CLONE}/contrib",
                        dirs_exist_ok=True)
        self.make("install")

    def make(self, what):
        self.case.run(["make", "-C", BUILDDIR, what,
                       f"DESTDIR={self.root}"], timeout=300, check_=True,
                      env={k: v for k, v in os.environ.items()
                           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")})


def read_terminal(fd):
    """"" when the other end is closed."""
    try:
        return os.read(fd, 4096).decode()
    except OSError:
        return ""


def configured(variable):
    """A folder that configure was told, as this build has it."""
    found = {}
    for line in (BUILDDIR / "Makefile").read_text().splitlines():
        name, equals, value = line.partition(" = ")
        if equals and name in ("prefix", "sysconfdir", "localstatedir"):
            found[name] = value.strip()
    return found[variable].replace("${prefix}", found["prefix"])


def remove_cgroup(group):
    """With whatever still runs in it."""
    (group / "cgroup.kill").write_text("1")
    eventually(lambda: "populated 0" in (group / "cgroup.events").read_text(),
               what=f"{group} is empty")
    for folder in sorted((p for p in group.rglob("*") if p.is_dir()),
                         reverse=True):
        folder.rmdir()
    group.rmdir()


def installed(case, name="server"):
    """A machine that boots with et-sshd installed as README has it."""
    machine = Machine(case, name)
    machine.install()
    machine.boot()
    return machine


CONFDIR = pathlib.Path(configured("sysconfdir")) / "et-phone-home"
STATEDIR = pathlib.Path(configured("localstatedir")) / "lib/et-phone-home"

__all__ = ["CLONE", "CONFDIR", "Machine", "SRCDIR", "STATEDIR", "Skip", "check",
           "eq", "eventually", "installed", "run"]
