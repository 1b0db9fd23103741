"""A PostgreSQL of a test's own: an ordinary user's, in the test's folder, on
a free port and a socket."""
import os
import pathlib
import pwd
import shutil
import signal

from . import proc
from .case import PATIENCE, Skip, check, eventually, fresh_port

USER = "nobody"         # PostgreSQL refuses root
ROLE = "et"             # owns the databases; no superuser
QUICK = {"fsync": "off", "synchronous_commit": "off",
         "full_page_writes": "off", "shared_buffers": "32MB",
         "autovacuum_naptime": "1h"}


def programs():
    """The folder of the newest server's programs; None: there is none."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                   key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    one = shutil.which("postgres")
    return one and pathlib.Path(one).resolve().parent


def as_user(user):
    """The words before a command that is to be that user's."""
    if os.geteuid() != 0:
        return []
    entry = pwd.getpwnam(user)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}",
            "--clear-groups"]


class Postgres:
    """Running from the start on.  durable: with fsync and the like, for tests
    that end it hard."""

    def __init__(self, case, name="pg", user=USER, durable=False, port=None,
                 settings=None, start=True):
        self.case, self.user, self.name = case, user, name
        self.bin = programs()
        if self.bin is None:
            raise Skip("no PostgreSQL server (Debian: postgresql)")
        self.dir = case.dir / name
        self.data = self.dir / "data"
        self.port = port or fresh_port()
        self.settings = dict({} if durable else QUICK)
        self.settings.update(settings or {})
        self.process = None
        self.dir.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.dir, user)
        if start:
            self.initdb()
            self.start()
            self.psql(f"CREATE ROLE {ROLE} LOGIN")

    def tool(self, name, *args):
        """Run one of PostgreSQL's programs as its user."""
        return self.case.run([*as_user(self.user), self.bin / name, *args],
                             env=dict(os.environ, LC_ALL="C.UTF-8"))

    def initdb(self):
        self.tool("initdb", "-D", self.data, "-U", "postgres", "-A", "trust",
                  "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").ok()

    def start(self):
        """Start it, and wait until it takes connections."""
        options = {"port": self.port, "listen_addresses": "127.0.0.1",
                   "unix_socket_directories": self.dir, **self.settings}
        argv = [*as_user(self.user), self.bin / "postgres", "-D", self.data]
        for key, value in options.items():
            argv += ["-c", f"{key}={value}"]
        with open(self.dir / "log", "ab") as log:
            self.process = self.case.spawn(argv, stdout=log, stderr=log)
        self.case.closers.append(self.clean)    # before that of spawn
        eventually(self.ready, what="PostgreSQL to be ready")
        return self

    def pidfile(self):
        try:
            return (self.data / "postmaster.pid").read_text().split("\n")
        except OSError:
            return []

    def ready(self):
        check(self.process.poll() is None, self.log())
        lines = self.pidfile()
        return (len(lines) > 7 and lines[0] == str(self.process.pid)
                and lines[7].strip() in ("ready", "standby"))

    def log(self):
        return (self.dir / "log").read_text()

    def stop(self, how=signal.SIGINT):
        """End it: SIGTERM smart, SIGINT fast, SIGQUIT at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()
        self.process = None

    def kill9(self):
        """As when its machine fails: all its processes at once."""
        shared = self.pidfile()
        for pid in self.processes():
            proc.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        # No process is left to remove its few bytes of shared memory.
        if len(shared) > 6 and len(shared[6].split()) == 2:
            self.case.run(["ipcrm", "-m", shared[6].split()[1]])

    def freeze(self, on=True):
        """Stop or continue all its processes, so that nothing answers."""
        for pid in self.processes():
            proc.kill(pid, signal.SIGSTOP if on else signal.SIGCONT)

    def processes(self):
        return [self.process.pid, *proc.descendants(self.process.pid)]

    def clean(self):
        if self.process is not None and self.process.poll() is None:
            self.freeze(False)
            self.stop(signal.SIGQUIT)

    def restart(self):
        self.stop()
        return self.start()

    def psql(self, sql, db="postgres", user="postgres"):
        """What the statements print, without frames."""
        return self.case.run(
            [self.bin / "psql", "-X", "-q", "-A", "-t", "-v",
             "ON_ERROR_STOP=1", "-h", self.dir, "-p", str(self.port), "-U",
             user, "-d", db, "-c", sql]).ok().out.strip()

    def createdb(self, name):
        """A database that is ours; returns its URL."""
        self.psql(f"CREATE DATABASE {name} OWNER {ROLE}")
        return self.url(name)

    def url(self, db, user=ROLE, host="127.0.0.1"):
        return f"postgresql://{user}@{host}:{self.port}/{db}"

    def standby(self, name="standby", **how):
        """A second one that follows this one by streaming."""
        other = Postgres(self.case, name, self.user, start=False, **how)
        self.tool("pg_basebackup", "-D", other.data, "-R", "-X", "stream",
                  "-c", "fast", "--no-sync", "-h", self.dir, "-p",
                  str(self.port), "-U", "postgres",
                  "-d", f"application_name={name}").ok()
        return other.start()

    def promote(self):
        """Make a standby the primary; returns when it takes writes."""
        self.psql(f"SELECT pg_promote(true, {PATIENCE})")
        return self

