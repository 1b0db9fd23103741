#!/usr/bin/python3
"""How the client calls dbclient, tried with the dbclient of each Debian: where
their traps are, and that they are not stepped into."""
import subprocess
import time

from router import Key, Server, Skip, check, run
from harness import eq, fresh_port
from harness.archive import dbclient
from harness.proc import cpu

VERSIONS = (("bullseye", "2020.81"), ("bookworm", "2022.83"),
            ("trixie", "2025.89"))
SPIN = 1.0              # s of CPU that no refusal takes


class Caller:
    """HOME, a file with "n", and the words that et-phone-home has."""

    def __init__(self, t, program, server, device):
        self.case, self.program, self.server = t, program, server
        self.device = device
        self.home = t.dir / f"home-{program.parent.name}"
        (self.home / ".ssh").mkdir(parents=True)
        self.no = t.dir / "no"
        self.no.write_text("n\n")

    def pin(self, keys):
        (self.home / ".ssh" / "known_hosts").write_text("".join(
            f"127.0.0.1 {k.type} {k.base64}\n" for k in keys))

    def start(self, *words, stdin=None):
        return self.case.spawn(
            ["env", f"HOME={self.home}", self.program, "-i",
             self.device.key.dropbear, "-p", self.server.port, *words],
            stdin=open(stdin or self.no, "rb"), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def user(self):
        return f"device{self.device.name}@127.0.0.1"


def ends(process, limit=20):
    """Its status, within a time and without a spin."""
    end = time.monotonic() + limit
    used = 0.0
    while process.poll() is None and time.monotonic() < end:
        try:
            used = max(used, cpu(process.pid))
        except OSError:
            pass
        time.sleep(0.05)
    check(process.poll() is not None, f"it hangs, or spins: {used} s of CPU")
    check(used < SPIN, f"{used} s of CPU")
    return process.returncode


def unknown_key(caller):
    """Not pinned, or another: it leaves, has not logged in, has saved none."""
    after = caller.server.events.mark()
    for keys in ([], [Key(caller.case, f"bad-{caller.home.name}")]):
        caller.pin(keys)
        before = (caller.home / ".ssh" / "known_hosts").read_text()
        check(ends(caller.start(caller.user(), "poll 1")) != 0, "its status")
        eq((caller.home / ".ssh" / "known_hosts").read_text(), before,
           "what is pinned")
    eq(caller.server.events.find("login", after=after), [], "logins")


def pinned_without_port(caller):
    """A line without a port holds for each port."""
    caller.pin(caller.server.hostkeys)
    process = caller.start(caller.user(), "poll 1")
    eq((process.communicate(timeout=20)[0], process.returncode), (b"0\n", 0),
       "a poll")


def two_pins_of_a_type(caller):
    """It looks no further than the first line of the host and the type: so keys
    to come are not pinned beside those in use."""
    other = [Key(caller.case, f"two-{caller.home.name}-{kind}", kind, bits)
             for kind, bits in (("ed25519", None), ("rsa", 2048))]
    caller.pin([*other, *caller.server.hostkeys])
    process = caller.start(caller.user(), "poll 1")
    out, err = process.communicate(timeout=20)
    check(out == b"" and b"ost key mismatch" in err, f"{out} {err}")


def refused_forward(caller):
    """It leaves: by itself, or since the server ends a connection with
    nothing open, as for those that do not know the option."""
    for more in (("-o", "ExitOnForwardFailure=yes"), ()):
        check(ends(caller.start("-N", *more, "-R",
                                f"{fresh_port()}:localhost:22",
                                caller.user())) is not None, "it ends")


def options_ignored(caller):
    """-o that a version does not know is no error."""
    process = caller.start("-o", "BatchMode=yes", "-o", "NoSuchOption=1",
                           caller.user(), "poll 1")
    eq(process.communicate(timeout=20)[0], b"0\n", "with an unknown option")


def long_words(caller):
    """The longest health is far from where a version gives up."""
    health = " ".join(f"k{chr(97 + n)}={'x' * 29}" for n in range(15))
    process = caller.start(caller.user(), "poll", "1", *health.split())
    eq(process.communicate(timeout=20)[0], b"0\n", "a poll with 509 bytes")


def test(t):
    server = Server(t, rsa=True)
    device = server.device("6466b34bde54")
    tried = []
    for release, version in VERSIONS:
        try:
            program = dbclient(release, version)
        except Skip as skip:
            print(f"dbclient {version}: {skip}")
            continue
        caller = Caller(t, program, server, device)
        for trap in (unknown_key, two_pins_of_a_type, pinned_without_port,
                     refused_forward, options_ignored, long_words):
            trap(caller)
        tried.append(version)
    print("tried:", *tried)
    if not tried:
        raise Skip("no dbclient can be had")


run(test)
