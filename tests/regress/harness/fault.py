"""Servers whose processes lack something: tests/fault in front of libc."""
import mmap
import os
import re
import shutil
import struct
import subprocess

from .case import (BUILDDIR, PATIENCE, SANITIZED, Fail, Skip, check, dial, end,
                   eventually, fresh_port)
from .clients import Device, Key
from .device import Listener, answers, echo
from .server import Server

FOLDER = BUILDDIR / "tests" / "fault"
FIELDS = struct.Struct("=iIIIIIqq")      # struct control of control.h
ANYBODY = -1
LIBSSH = re.compile(r"AddressSanitizer:DEADLYSIGNAL\n(?:(?!ABORTING).)*?"
                    r"SEGV on unknown address 0x0{9}(?:(?!ABORTING).)*?"
                    r"#0 \S+ +\(\S*/libssh\.so(?:(?!ABORTING).)*ABORTING", re.S)
PROGRAMS = ("et-sshd-worker", "et-sshd-keeper")


class Control:
    """The file that a process under test and the test have between them."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(FIELDS.size))
        path.chmod(0o666)
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), FIELDS.size)

    def fields(self):
        return FIELDS.unpack(self.map[:])

    def arm(self, pid, first, failures=1):
        """The allocations of pid from the first-th on fail, so many."""
        self.map[4:FIELDS.size] = FIELDS.pack(
            0, first, failures, 0, 0, 0, *self.fields()[-2:])[4:]
        self.map[:4] = struct.pack("=i", pid)

    def disarm(self):
        """(whose they were, how many it made, how many of them failed)"""
        pid, _, _, count, failed, *_ = self.fields()
        self.map[:4] = struct.pack("=i", 0)
        return pid, count, failed

    def set_clock(self, ahead):
        self.map[FIELDS.size - 16:FIELDS.size - 8] = struct.pack("=q", ahead)

    def step(self, seconds):
        """All clocks go on by so many seconds at once."""
        ms = self.fields()[-1] + int(seconds * 1000)
        self.map[FIELDS.size - 8:] = struct.pack("=q", ms)


def preload(library, control=None):
    """The environment of a process with a library before libc."""
    lines = [f"LD_PRELOAD={library}"]
    if control:
        lines.append(f"ETPH_FAULT={control.path}")
    if SANITIZED:
        lines.append("ASAN_OPTIONS=verify_asan_link_order=0:"
                     "detect_leaks=0:allocator_may_return_null=1")
    return lines


class Faulty:
    """What a server has of its own for that; beside a Server's class.

    self.controls are by the program's name.
    """

    def equip(self, library):
        """Before the start."""
        self.library = FOLDER / library
        if not self.library.exists():
            raise Skip(f"no {self.library}: make check builds it")
        self.place()
        self.controls = {role: Control(self.dir / f"{role}.fault") for role in
                         ("et-sshd", *PROGRAMS)}
        for program in PROGRAMS:
            self.stand_in(program)

    def start(self, ready=True, wrap=()):
        return super().start(ready, [*wrap, "env",
                                     *self.environment("et-sshd")])

    def set_clock(self, ahead):
        """Of all its processes, by so many seconds."""
        for control in self.controls.values():
            control.set_clock(ahead)

    def reports(self):
        """Without libssh's: it reads through NULL when memory lacks."""
        return LIBSSH.sub("", self.errors())

    def place(self):
        """The programs in a folder of their own, with stand-ins."""
        folder = self.dir / "bin" / "sshd"
        folder.mkdir(parents=True)
        for program in ("et-sshd", "et-sshd-console", "et-sshd-page",
                        "et-sshd-link"):
            shutil.copy(self.bin / "sshd" / program, folder)
        for program in PROGRAMS:
            shutil.copy(self.bin / "sshd" / program,
                        folder / f"{program}.real")
            shutil.copy(FOLDER / "start", folder / program)
        self.library = shutil.copy(self.library, folder)
        (folder.parent / "admin").symlink_to(self.bin / "admin")
        self.bin = folder.parent

    def environment(self, program):
        return preload(self.library, self.controls[program])

    def stand_in(self, program):
        path = self.bin / "sshd" / f"{program}.start"
        path.write_text("\n".join([*self.environment(program),
                                   f"{path.with_suffix('.real')}", ""]))


class FaultServer(Faulty, Server):
    """A server with libraries of tests/fault before libc in its processes."""

    def __init__(self, case, library, name="fault", **options):
        super().__init__(case, name, start=False, **options)
        self.equip(library)
        self.start()


class Trials:
    """A poll, a forward, a stranger's login: each with one thing amiss.

    Beside them a tunnel of another device stays open, in another worker.  A
    client gives up after patience seconds; must_end: it must not come to that.
    """

    KINDS = ("poll", "forward", "stranger")

    def __init__(self, server, patience=60, must_end=True):
        self.server, self.case = server, server.case
        self.patience, self.must_end = patience, must_end
        self.service = Listener(self.case, echo).port
        self.device = own_device(server, "tried")
        self.port = fresh_port()
        server.admin_ok("permit", "add", self.device.name, self.port)
        self.stranger = Device(server, "stranger", Key(
            self.case, f"{server.dir.name}-stranger"))
        bystander, port = own_device(server, "bystander"), fresh_port()
        server.admin_ok("permit", "add", bystander.name, port)
        self.tunnel = bystander.tunnel((self.service, port))
        server.events.wait("forward.open", sport=port)
        self.beside = dial(port)
        self.case.closers.append(self.beside.close)
        # Its worker has the descriptor before anything is amiss.
        check(says_back(self.beside), "the other device's tunnel")
        self.kinds = dict(zip(self.KINDS, (self.poll, self.forward,
                                           self.strange)))

    def poll(self):
        """Did it work?"""
        return self.answer(self.device) == "0\n"

    def strange(self):
        got = self.answer(self.stranger)
        check(not got, f"a stranger got in: {got!r}")
        return False

    def answer(self, device):
        """What a poll is told; None: it failed."""
        client = self.case.spawn([*device.argv("dbclient"), "poll 1"],
                                 stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL)
        try:
            out = client.communicate(timeout=self.patience)[0].decode()
            return out if client.returncode == 0 else None
        except subprocess.TimeoutExpired:
            check(not self.must_end, "the server keeps a poll waiting")
            return None
        finally:
            end(client)
            client.stdout.close()

    def forward(self):
        tunnel = self.device.tunnel((self.service, self.port))
        try:
            return eventually(lambda: self.try_port(tunnel), self.patience,
                              "a tunnel or its end") == "through"
        except Fail:
            if self.must_end:
                raise
            return False
        finally:
            end(tunnel)
            eventually(lambda: not answers(self.port), 60,
                       "the port closes behind its client")

    def try_port(self, tunnel):
        """"through", "ended", or None: not yet."""
        ended = tunnel.poll() is not None
        try:
            with dial(self.port) as s:
                return "through" if says_back(s) else "ended"
        except OSError:
            return "ended" if ended else None

    def bystander_lives(self):
        check(self.tunnel is None or says_back(self.beside),
              "the other device's tunnel")

    def bystander_leaves(self):
        after = self.server.events.mark()
        end(self.tunnel)
        self.tunnel = None
        self.server.events.wait("session.close", 60, after=after,
                                device="bystander")


def own_device(server, name):
    """A device whose key's file is of no other server in the test."""
    key = Key(server.case, f"{server.dir.name}-{name}")
    server.admin_ok("device", "add", name, "--key", key.pub)
    return Device(server, name, key)


def says_back(connection):
    try:
        connection.settimeout(PATIENCE)
        text = os.urandom(100)
        connection.sendall(text)
        got = b""
        while len(got) < len(text):
            data = connection.recv(1000)
            if not data:
                return False
            got += data
        return got == text
    except OSError:
        return False


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
