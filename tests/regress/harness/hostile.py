"""Children of et-sshd that were taken over: the programs of tests/hostile/ in
the places of et-sshd-worker, et-sshd-console, et-sshd-keeper and et-sshd-page."""
import os
import re
import shutil
import signal
import socket
import struct
import threading
import time

from cryptography.hazmat.primitives import serialization

from .case import BUILDDIR, PATIENCE, SRCDIR, Skip, check
from .clients import Device, Key
from .server import Server

PROGRAMS = BUILDDIR / "tests" / "hostile"
CHILDREN = ("worker", "console", "keeper", "page", "link")
IDLE = 500              # connections at once for the attacks to take


def message_types():
    """The names of msg.h's messages, by number from 1."""
    text = (SRCDIR / "sshd" / "common" / "msg.h").read_text()
    body = re.search(r"enum msg_type \{(.*?)\};", text, re.S).group(1)
    return re.findall(r"^\tMSG_(\w+)[, ]", body, re.M)[:-1]


def message_shapes():
    """Of each message, as msg.c has it: name -> (descriptors: 0 never, 1
    always, 2 may; has it text?)"""
    text = (SRCDIR / "sshd" / "common" / "msg.c").read_text()
    body = text[text.index("shapes[MSG_TYPES] = {"):text.index("SEVERAL(")]
    return {m.group(1): (int(m.group(2)), "TEXT(" in m.group(3))
            for m in re.finditer(
                r'\[MSG_\w+\] = \{"(\w+)", [^,]+, (\d),(.*?)\}\},', body, re.S)}


class Replaced(Server):
    """A server, not yet started, with a program of tests/hostile/ in the place
    of one kind of child.  The real one is beside it with ".real"."""

    def __init__(self, case, child, name="hostile", **options):
        program = PROGRAMS / child
        if not program.exists():
            raise Skip(f"no {program}: make check builds it")
        super().__init__(case, name, start=False, **options)
        folder = self.dir / "bin" / "sshd"
        folder.mkdir(parents=True)
        for file in ("et-sshd", *(f"et-sshd-{c}" for c in CHILDREN)):
            shutil.copy(self.bin / "sshd" / file, folder / file)
        place = folder / f"et-sshd-{child}"
        place.rename(place.with_name(place.name + ".real"))
        shutil.copy(program, place)
        (folder.parent / "admin").symlink_to(self.bin / "admin")
        self.bin, self.folder = folder.parent, folder
        (folder / "plans").mkdir(mode=0o777)
        self.own(folder / "plans")

    def place_too(self, child):
        """Another kind of child's program in its place."""
        shutil.copy(PROGRAMS / child, self.folder / f"et-sshd-{child}")

    def plan(self, number, plan):
        """Lay a plan, a word and its arguments, beside the program."""
        path = self.folder / "plans" / f"{number:04}"
        hidden = path.with_name(f".{number}")
        hidden.write_text(plan_line(plan))
        self.own(hidden)
        hidden.rename(path)


def plan_line(plan):
    words = (list(plan) + ["0", "0", "-"][len(plan) - 1:])
    return " ".join(map(str, words)) + "\n"


class HostileServer(Replaced):
    """A server whose workers behave until attack() gives them plans."""

    def __init__(self, case, workers, name="hostile", **options):
        super().__init__(case, "worker", name, workers=workers + 1,
                         per_source_max_startups=10000, max_startups=10000,
                         **options)
        self.slots = workers
        self.start()
        # The first connection goes to the first of equals.
        starts = self.events.find("worker.start")
        self.good = min(starts, key=lambda e: e["worker"])["pid"]
        # What takes a plan must be reached by strangers.
        self.spared = {self.good, *(e["pid"] for e in starts if "pool" in e)}

    def own_device(self, name):
        """The attacker's own device, whose key the hostile workers have."""
        key = Key(self.case, name)
        self.admin_ok("device", "add", name, "--key", key.pub)
        self.give(key, "key", name)
        return Device(self, name, key)

    def own_operator(self, name):
        """The same of an operator, who may reach all."""
        key = Key(self.case, name)
        self.admin_ok("operator", "add", name, "--key", key.pub, "--role",
                      "admin")
        self.give(key, "operator-key", name)
        self.operator_key = key

    def give(self, key, file, name):
        private = serialization.load_ssh_private_key(
            key.openssh.read_bytes(), None)
        raw = serialization.Encoding.Raw
        seed = private.private_bytes(
            raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        public = private.public_key().public_bytes(
            raw, serialization.PublicFormat.Raw)
        (self.folder / file).write_bytes(seed + public + name.encode())

    def own_token(self):
        """A good token, which the hostile workers have."""
        text = self.admin_json("token", "new", "--uses", 1000, "--server",
                               "127.0.0.1:1")[0]["text"]
        (self.folder / "token").write_text(text)

    def receive_visitors(self):
        """Connect to ports as the workers ask, who cannot themselves."""
        path = self.folder / "visits"
        os.mkfifo(path)
        path.chmod(0o622)
        lines = os.fdopen(os.open(path, os.O_RDWR), "rb", 0)
        self.visits = {"leaves": 0, "is-closed": 0}

        def work():
            for line in lines:
                port, how = line.decode().split()
                if port == "0":
                    return
                with socket.create_connection(
                        ("127.0.0.1", int(port)), PATIENCE) as visitor:
                    # Or this host's ports would all be in TIME_WAIT soon.
                    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                       struct.pack("ii", 1, 0))
                    if how == "leaves" or visitor.recv(1) == b"":
                        self.visits[how] += 1
        thread = threading.Thread(target=work, daemon=True)
        thread.start()

        def end():
            path.write_text("0 -\n")
            thread.join(PATIENCE)
            lines.close()
        self.case.closers.append(end)

    def feed(self):
        """Keep connections coming, whose peers say nothing, until the end."""
        stop, held = threading.Event(), []

        def work():
            while not stop.is_set():
                try:
                    held.append(socket.create_connection(
                        ("127.0.0.1", self.port), 5))
                except OSError:
                    pass
                if len(held) > IDLE:
                    held.pop(0).close()
                time.sleep(0.01)
        thread = threading.Thread(target=work, daemon=True)

        def end():
            stop.set()
            thread.join(PATIENCE)
            for s in held:
                s.close()
        thread.start()
        self.case.closers.append(end)

    def attack(self, plans, timeout):
        """Carry out plans, a word and its arguments each, by the workers but
        the good one.  Returns [(plan, [reason, ...])], as et-sshd ended them.
        """
        after = self.events.mark()
        for number, plan in enumerate(plans):
            self.plan(number, plan)
        for pid in self.workers():
            if pid not in self.spared:
                os.kill(pid, signal.SIGKILL)

        def ends():
            pids = dict(p.name.split(".") for p in
                        (self.folder / "plans").glob("[0-9]*.*"))
            exits = {}
            for event in self.events.find("worker.exit", after):
                exits.setdefault(event["pid"], []).append(event["reason"])
            return [(plan, exits.get(int(pids.get(f"{n:04}", 0)), []))
                    for n, plan in enumerate(plans)]
        end = time.monotonic() + timeout
        while not all(reasons for _, reasons in ends()):
            missing = [plan for plan, reasons in ends() if not reasons]
            check(time.monotonic() < end, f"not ended: {missing}")
            time.sleep(0.1)
        return ends()
