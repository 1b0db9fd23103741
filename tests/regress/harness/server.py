"""A real et-sshd with its store, its keys and its et-admin."""
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess

from . import database, proc
from .case import BUILDDIR, PATIENCE, Fail, Skip, check, eventually
from .clients import Device, Key
from .events import Events

USER = "nobody"         # what it runs as when root starts it
OPERATOR_WORKERS = 2    # more than "workers", with an operator-listen
READS = ("list", "show", "tail")        # verbs that change nothing
SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:")


class Server:
    """et-sshd on a free loopback port.

    options are those of et-sshd.conf; underscores stand for hyphens.  as_root
    None: as root when the test is, with user = nobody; else as one is.
    """

    def __init__(self, case, name="server", start=True, rsa=False, ecdsa=False,
                 run_as=None, **options):
        self.case = case
        self.dir = case.dir / name
        self.dir.mkdir(parents=True)
        self.run_as = run_as            # started as this user, not as root
        self.user = options.get("user", USER)
        self.root = os.getuid() == 0 and run_as is None
        self.bin = binaries(case)
        self.process = None
        self.port = self.operator_port = None
        self.events_path = self.dir / "state" / "events.log"
        self.errors_path = self.dir / "stderr"
        self.events = Events(self.events_path)
        self.make_state()
        label = self.dir.name
        self.hostkeys = [Key(case, f"{label}-host", "ed25519")]
        if rsa:
            self.hostkeys.append(Key(case, f"{label}-host-rsa", "rsa", 2048))
        if ecdsa:
            self.hostkeys.append(Key(case, f"{label}-host-ecdsa", "ecdsa"))
        for key in self.hostkeys:
            self.own(key.openssh)
        self.options = {
            "listen": ["127.0.0.1:0"],
            "store": f"sqlite:{self.dir}/state/store.db",
            "host-keys": [str(k.openssh) for k in self.hostkeys],
            "event-log": str(self.events_path),
            "per-source-penalties": False,
            "workers": 2,
            "node": "test",
        }
        if self.root:
            self.options["user"] = self.user
        self.database = None
        if database.wanted() and "store" not in options:
            self.database = database.Database(case, self.dir.name)
            self.options["store"] = self.database.url
            self.options["store-reader"] = database.READER
        self.set(**options)
        if self.database:
            self.database.make(self)
        case.tellers.append(self.tell)
        case.closers.append(self.close)
        if start:
            self.start()

    # --- files ---

    def make_state(self):
        state = self.dir / "state"
        state.mkdir(mode=0o700)
        self.own(state)

    def own(self, path):
        """Give a file to whom the server runs as."""
        user = self.user if self.root else self.run_as
        if os.getuid() == 0 and user:
            entry = pwd.getpwnam(user)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def events_outside(self, path, own=True):
        """The event log is at another place."""
        if own:
            path.touch()
            self.own(path)
        self.events_path = path
        self.events = Events(path)

    @property
    def conf(self):
        return self.dir / "et-sshd.conf"

    @property
    def store(self):
        return self.dir / "state" / "store.db"

    def set(self, **options):
        """Change options; the running server learns of it by SIGHUP."""
        for key, value in options.items():
            self.options[key.replace("_", "-")] = value
        self.write_conf("".join(f"{k} = {literal(v)}\n"
                                for k, v in self.options.items()))

    def write_conf(self, text):
        self.conf.write_text(text)
        self.conf.chmod(0o644)

    # --- the server's life ---

    def command(self, *args):
        argv = [self.bin / "sshd" / "et-sshd", "-f", self.conf, *args]
        if self.run_as and os.getuid() == 0:
            entry = pwd.getpwnam(self.run_as)
            argv = ["setpriv", f"--reuid={entry.pw_uid}",
                    f"--regid={entry.pw_gid}", "--clear-groups",
                    "--inh-caps=-all", *argv]
        return argv

    def start(self, ready=True, wrap=()):
        """Start it and wait until it listens, with all its workers."""
        after = self.events.mark()
        offset = self.errors_path.stat().st_size if \
            self.errors_path.exists() else 0
        with open(self.errors_path, "ab") as errors:
            self.process = self.case.spawn([*wrap, *self.command()],
                                           stderr=errors,
                                           stdout=subprocess.DEVNULL)
        if ready:
            self.wait_ready(offset)
        # It listens as soon as one of them is ready.
        if ready and self.options["event-log"] == str(self.events_path):
            count = self.options["workers"]
            if self.options.get("operator-listen"):
                count += OPERATOR_WORKERS
            self.events.wait("worker.start", PATIENCE + count, after, count)
        return self

    def wait_ready(self, offset=0):
        def listening():
            text = self.errors()[offset:]
            found = re.findall(r"^et-sshd: listening on (\S+):(\d+)$", text,
                               re.M)
            if not found and self.process.poll() is not None:
                raise Fail(f"et-sshd ended: {self.process.returncode}\n{text}")
            return found
        found = eventually(listening, what="et-sshd listens")
        self.port = int(found[0][1])
        found = re.findall(r"^et-sshd: listening on \S+:(\d+) for operators$",
                           self.errors()[offset:], re.M)
        self.operator_port = int(found[0]) if found else None

    def stop(self):
        """SIGTERM: it must end well, and all its processes with it."""
        if self.process is None:
            return
        pids = proc.descendants(self.process.pid)
        if self.process.poll() is None:
            proc.kill(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait()
            except subprocess.TimeoutExpired:
                raise Fail("et-sshd does not end upon SIGTERM") from None
            check(self.process.returncode == 0,
                  f"et-sshd ended with {self.process.returncode}")
        self.process = None
        eventually(lambda: not [p for p in pids if proc.alive(p)],
                   what="its processes are gone with et-sshd")

    def close(self):
        self.stop()
        self.events.read()
        found = SANITIZER.search(self.reports())
        if found:
            self.tell()
            raise Fail(f"sanitizer: {found.group()}")

    def fails(self, *args, wrap=(), timeout=PATIENCE):
        """Start it for a start that must fail; returns how it ended."""
        done = self.case.run([*wrap, *self.command(*args)], timeout)
        check(done.code != 0, f"it should have failed: {done}")
        return done

    def hup(self):
        after = self.events.mark()
        os.kill(self.process.pid, signal.SIGHUP)
        return after

    def errors(self):
        try:
            return self.errors_path.read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def reports(self):
        """Where a sanitizer's report is looked for."""
        return self.errors()

    def tell(self):
        print(f"--- {self.conf}")
        print(self.conf.read_text())
        print("--- stderr of et-sshd")
        print(self.errors()[-8000:])
        print("--- event log")
        try:
            lines = self.events_path.read_text(errors="replace").splitlines()
            print("\n".join(lines[-200:]))
        except OSError as error:
            print(error)

    # --- its processes ---

    def sanitized(self):
        """A sanitizer's build, whose memory says nothing."""
        return b"__asan_init" in (self.bin / "sshd" /
                                  "et-sshd-worker").read_bytes()

    def pids(self, name):
        """The processes that run this executable: "et-sshd-worker"."""
        return [p for p in proc.descendants(self.process.pid)
                if proc.executable(p) == name]

    def workers(self):
        return self.pids("et-sshd-worker")

    def keeper(self):
        return self.pids("et-sshd-keeper")[0]

    def connect(self, timeout=PATIENCE, source="127.0.0.1"):
        """A bare TCP connection to it."""
        s = socket.create_connection(("127.0.0.1", self.port), timeout,
                                     (source, 0))
        self.case.closers.append(s.close)
        return s

    # --- what operators do ---

    def admin(self, *args, timeout=PATIENCE, data=None):
        return self.case.run([self.bin / "admin" / "et-admin", "-c",
                              self.conf, *args], timeout, data)

    def admin_ok(self, *args, **how):
        """A command that must succeed; the server has heard of a change."""
        running = self.process is not None and args[1:] and \
            args[1] not in READS
        after = self.events.mark() if running else 0
        done = self.admin(*args, **how).ok()
        if running:
            self.events.wait("admin", after=after)
        return done

    def admin_json(self, *args):
        out = self.admin("--json", *args).ok().out
        return [json.loads(line) for line in out.splitlines()]

    def device(self, name="6466b34bde54", *args, kind="ed25519", bits=None):
        """Add a device with a key of its own."""
        key = Key(self.case, name, kind, bits)
        self.admin_ok("device", "add", name, "--key", key.pub, *args)
        return Device(self, name, key)

    def forward_state(self, sport):
        """The state of the newest forward of this server port."""
        rows = [r for r in self.admin_json("forward", "list", "--all")
                if r["sport"] == sport]
        return max(rows, key=lambda r: r["forward"])["state"] if rows else None

    def wait_state(self, sport, state):
        eventually(lambda: self.forward_state(sport) == state,
                   what=f"forward {sport} is {state}", every=0.05)


def literal(value):
    """A value as et-sshd.conf writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(literal(v) for v in value) + "}"
    return '"' + str(value) + '"'


def binaries(case):
    """Where the programs are; copied when nobody could not reach them."""
    if not (BUILDDIR / "sshd" / "et-sshd").exists():
        raise Skip(f"no et-sshd in {BUILDDIR}: build it first")
    if os.getuid() != 0 or reachable(BUILDDIR):
        return BUILDDIR
    copy = case.dir / "bin"
    for path in ("sshd/et-sshd", "sshd/et-sshd-worker", "sshd/et-sshd-keeper",
                 "sshd/et-sshd-console", "sshd/et-sshd-page", "sshd/et-sshd-link",
                 "admin/et-admin"):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BUILDDIR / path, copy / path)
    return copy


def reachable(path):
    return all(p.stat().st_mode & 0o001 for p in [path, *path.parents])
