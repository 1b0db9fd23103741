"""Workers that were taken over: tests/hostile/worker.c in their place."""
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

PROGRAM = BUILDDIR / "tests" / "hostile" / "worker"
IDLE = 500              # connections at once for the attacks to take


def message_types():
    """The names of msg.h's messages, by number from 1."""
    text = (SRCDIR / "sshd" / "common" / "msg.h").read_text()
    body = re.search(r"enum msg_type \{(.*?)\};", text, re.S).group(1)
    return re.findall(r"^\tMSG_(\w+)[, ]", body, re.M)[:-1]


class HostileServer(Server):
    """A server whose workers behave until attack() gives them plans."""

    def __init__(self, case, workers, name="hostile", **options):
        if not PROGRAM.exists():
            raise Skip(f"no {PROGRAM}: make check builds it")
        super().__init__(case, name, start=False, workers=workers + 1,
                         per_source_max_startups=10000, max_startups=10000,
                         **options)
        self.place()
        self.slots = workers
        self.start()
        # The first connection goes to the first of equals.
        starts = self.events.find("worker.start")
        self.good = min(starts, key=lambda e: e["worker"])["pid"]
        # What takes a plan must be reached by strangers.
        self.spared = {self.good, *(e["pid"] for e in starts if "pool" in e)}

    def place(self):
        """Programs, plans and the key in a folder of their own."""
        folder = self.dir / "bin" / "sshd"
        folder.mkdir(parents=True)
        for name in ("et-sshd", "et-sshd-console", "et-sshd-keeper",
                     "et-sshd-worker"):
            shutil.copy(self.bin / "sshd" / name, folder / name)
        (folder / "et-sshd-worker").rename(folder / "et-sshd-worker.real")
        shutil.copy(PROGRAM, folder / "et-sshd-worker")
        (folder.parent / "admin").symlink_to(self.bin / "admin")
        self.bin, self.folder = folder.parent, folder
        (folder / "plans").mkdir(mode=0o777)
        self.own(folder / "plans")

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
            thread.join(10)
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
            thread.join(10)
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
            words = (list(plan) + ["0", "0", "-"][len(plan) - 1:])[:4]
            path = self.folder / "plans" / f"{number:04}"
            path.with_name(f".{number}").write_text(
                " ".join(map(str, words)) + "\n")
            self.own(path.with_name(f".{number}"))
            path.with_name(f".{number}").rename(path)
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
