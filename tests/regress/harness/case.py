"""One test: its folder, its processes, its end."""
import ctypes
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from . import proc

LIMIT = 600             # s: longer than any test takes
ROUNDS = 100            # of ending what is left of a test
PATIENCE = 60           # s to wait for what must come, on any machine
PR_SET_CHILD_SUBREAPER = 36
SRCDIR = pathlib.Path(os.environ.get(
    "abs_top_srcdir", pathlib.Path(__file__).resolve().parents[3]))
BUILDDIR = pathlib.Path(os.environ.get("abs_top_builddir", SRCDIR))
CONFIG = BUILDDIR / "config.h"
ports = []              # the names of those that are this test's
SANITIZED = CONFIG.exists() and "#define SANITIZE 1" in CONFIG.read_text()


class Skip(Exception):
    """The machine cannot run this test; the text says why."""


class Fail(AssertionError):
    """What was expected did not happen."""


def plain_build_only(why):
    if SANITIZED:
        raise Skip(f"built with the sanitizers: {why}")


def check(truth, text):
    if not truth:
        raise Fail(text)


def eq(got, want, what="value"):
    if got != want:
        raise Fail(f"{what}: got {got!r}, want {want!r}")


def eventually(condition, timeout=PATIENCE, what="condition", every=0.01):
    """Wait until condition() is true and return what it returned."""
    end = time.monotonic() + timeout
    while True:
        got = condition()
        if got:
            return got
        if time.monotonic() > end:
            raise Fail(f"{what}: not within {timeout} s")
        time.sleep(every)


def fresh_port(low=10000, high=30000):
    """A free loopback port outside the range that the kernel hands out.

    It is this test's until its end: who holds the name of a port, a socket
    that nobody talks to, is the only one to be given it.
    """
    for _ in range(200):
        port = random.randrange(low, high)
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0et-phone-home regress port {port}")
            with socket.socket() as s:
                s.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            continue
        ports.append(name)
        return port
    raise Fail("no free port")


def dial(port, source=None):
    """A connection to a loopback port, which waits for what must come."""
    return socket.create_connection(("127.0.0.1", port), PATIENCE,
                                    source and (source, 0))


class Process(subprocess.Popen):
    """One that must end some time."""

    def wait(self, timeout=PATIENCE):
        return super().wait(timeout)

    def communicate(self, input=None, timeout=PATIENCE):
        return super().communicate(input, timeout)


class Done:
    """How a command ended."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    def __repr__(self):
        return (f"{' '.join(map(str, self.argv))}: status {self.code}\n"
                f"stdout: {self.out!r}\nstderr: {self.err!r}")

    def ok(self):
        check(self.code == 0, repr(self))
        return self


class Case:
    def __init__(self, name):
        self.name = name
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix=f"etph-{name}-"))
        self.dir.chmod(0o755)
        self.closers = []       # called at the end, last first
        self.tellers = []       # called after a failure

    def spawn(self, argv, **how):
        """Start a process in a session of its own."""
        how.setdefault("stdin", subprocess.DEVNULL)
        process = Process([str(a) for a in argv], start_new_session=True,
                          **how)
        self.closers.append(lambda: end(process))
        return process

    def run(self, argv, timeout=PATIENCE, data=None, env=None, check_=False):
        """Run a command to its end, which must come within timeout."""
        process = subprocess.Popen(
            [str(a) for a in argv], start_new_session=True, env=env,
            stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(data, timeout)
        except subprocess.TimeoutExpired:
            end(process)
            out, err = process.communicate()
            raise Fail(f"{argv}: still running after {timeout} s\n"
                       f"stdout: {out!r}\nstderr: {err!r}") from None
        finally:
            end_session(process)
        done = Done(argv, process.returncode, out.decode(errors="replace"),
                    err.decode(errors="replace"))
        return done.ok() if check_ else done

    def close(self):
        errors = []
        for closer in reversed(self.closers):
            try:
                closer()
            except Exception as error:
                errors.append(error)
        # One that is about to end may still start another.
        for _ in range(ROUNDS):
            left = proc.descendants(os.getpid())
            if not left:
                break
            for pid in left:
                proc.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        proc.reap()
        shutil.rmtree(self.dir, ignore_errors=True)
        if errors:
            raise errors[0]


def end_session(process):
    """End a process that runs, or has just ended, and all its session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


def end(process):
    """End a process and its session, unless it was waited for before: then
    its number may be somebody else's by now.  What is left of a session is
    ended with the test."""
    if process.returncode is None:
        end_session(process)


def on_alarm(*_):
    raise Fail("the test's time is up")


def on_hup(*_):
    """Of a test under nohup: it goes on, and what it starts has the signal's
    default again."""


def on_term(*_):
    sys.exit("ended by a signal")


def run(test, limit=LIMIT):
    """Run a test function and exit as automake's harness expects."""
    name = pathlib.Path(sys.argv[0]).stem
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGALRM, on_alarm)
    signal.signal(signal.SIGTERM, on_term)
    signal.signal(signal.SIGINT, on_term)
    os.environ.pop("COLUMNS", None)     # tables are as in a pipe
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, on_hup)
    signal.alarm(limit)
    case = Case(name)
    status = 0
    try:
        test(case)
    except Skip as skip:
        print(f"SKIP {name}: {skip}")
        status = 77
    except BaseException:
        status = 1
        traceback.print_exc(file=sys.stdout)
        for teller in case.tellers:
            teller()
    finally:
        signal.alarm(2 * PATIENCE)
        try:
            case.close()
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            status = 1
    sys.stdout.flush()
    os._exit(status)        # paramiko's threads may linger
