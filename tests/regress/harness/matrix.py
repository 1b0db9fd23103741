"""What every SSH client in the world must be able to do, client by client.

A client is an object with name and
  poll(device, command)            the command line of a poll
  tunnel(device, dport, sport, size)
                                   that of a forward which rekeys after so
                                   many bytes, or not, where REKEYS is None,
                                   and which asks for signs of life itself
                                   each second
  REKEYS                           what its log says at the end of a rekey
"""
import os
import re
import shutil
import signal
import time

from . import proc
from .case import BUILDDIR, SRCDIR, Skip, check, eq, eventually, fresh_port
from .device import answers, block_service, transfer
from .server import Server

COUNT = 5               # MiB each way
REKEY_MIB = 2           # two to four rekeys; more in a row are refused
REKEY_BYTES = REKEY_MIB << 20
NEVER = 1 << 40         # bytes
KEYS = (("ed25519", None), ("rsa", 2048))
ALIVE, MISSED = 1, 4    # client-alive-interval, client-alive-count-max
GIB = 1088              # MiB: past where RFC 4253 wants new keys
LONG = "ETPH_LONG" in os.environ
LIMIT = 600            # s


def program(name):
    path = shutil.which(name)
    if path is None:
        raise Skip(f"no {name} here")
    return path


class Dbclient:
    """Rekeys after 1 GiB: no option changes that, and it logs nothing."""
    REKEYS = None

    def __init__(self, path):
        self.path = path

    def argv(self, device, *options):
        home, _ = device.known_hosts()
        return ["env", f"HOME={home}", self.path, "-i", device.key.dropbear,
                "-p", device.server.port, *options,
                f"{device.user}@127.0.0.1"]

    def poll(self, device, command):
        return [*self.argv(device), command]

    def tunnel(self, device, dport, sport, _):
        return self.argv(device, "-N", "-K", "1", "-o",
                         "ExitOnForwardFailure=yes", "-R",
                         f"{sport}:localhost:{dport}")


class Openssh:
    REKEYS = "SSH2_MSG_NEWKEYS received"

    def poll(self, device, command):
        return [*device.argv("ssh"), command]

    def tunnel(self, device, dport, sport, size):
        return device.argv("ssh", "-N", "-v", "-o",
                           f"RekeyLimit={size}", "-o",
                           "ServerAliveInterval=1", "-o",
                           "ExitOnForwardFailure=yes", "-R",
                           f"{sport}:localhost:{dport}")


class Plink:
    """settings are those of a saved session of PuTTY."""
    REKEYS = "Initialised .* outbound encryption"

    def __init__(self, **settings):
        self.settings = {"PingIntervalSecs": 1, **settings}

    def argv(self, device, *options, size=REKEY_BYTES):
        settings = {"RekeyBytes": size if size < NEVER else 0,
                    **self.settings}
        home = device.known_hosts()[0]
        sessions = home / ".putty" / "sessions"
        sessions.mkdir(parents=True, exist_ok=True)
        (sessions / "device").write_text(
            "".join(f"{k}={v}\n" for k, v in settings.items()))
        key = device.key.openssh.with_suffix(".ppk")
        if not key.exists():
            device.case.run(["puttygen", device.key.openssh, "-O", "private",
                             "-o", key], check_=True)
        pins = [word for k in device.server.hostkeys
                for word in ("-hostkey", k.fingerprint)]
        return ["env", f"HOME={home}", program("plink"), "-load", "device",
                "-ssh", "-batch", "-noagent", "-i", key, *pins, "-P",
                device.server.port, *options, f"{device.user}@127.0.0.1"]

    def poll(self, device, command):
        return [*self.argv(device), command]

    def tunnel(self, device, dport, sport, size):
        return self.argv(device, "-N", "-v", "-R",
                         f"{sport}:localhost:{dport}", size=size)


class OurOwn:
    """A program that takes PORT USER KEY HOSTKEY, then what to do.

    ready is what it says when it takes the connections of its forward.
    """

    def __init__(self, *command, rekeys="NEWKEYS", ready="",
                 server_rekeys=True):
        self.command, self.REKEYS, self.READY = command, rekeys, ready
        self.SERVER_REKEYS = server_rekeys

    def argv(self, device, *rest):
        host = device.server.hostkeys[0]
        return [*self.command, device.server.port, device.user,
                device.key.openssh, host.base64, *rest]

    def poll(self, device, command):
        return self.argv(device, "exec", command)

    def tunnel(self, device, dport, sport, size):
        return self.argv(device, "forward", dport, sport,
                         size if self.REKEYS else NEVER)


def python(name, **how):
    return OurOwn("/usr/bin/python3", SRCDIR / "tests" / "regress" /
                  "harness" / f"client_{name}.py", ready="FORWARDS",
                  **how)


def libssh():
    path = BUILDDIR / "tests" / "regress" / "libssh-client"
    if not path.exists():
        raise Skip("no libssh-client: make check builds it")
    return OurOwn(path)


class Tunnel:
    """A forward that the client holds open."""

    def __init__(self, client, device, count=COUNT, size=REKEY_BYTES):
        self.client, self.device, self.case = client, device, device.case
        self.events = device.server.events
        self.service, self.got = block_service(self.case, count)
        self.sport, self.count = fresh_port(), count
        device.server.admin_ok("forward", "open", device.name,
                               f"{self.service}:{self.sport}")
        self.log = self.case.dir / f"{device.name}-{self.sport}.log"
        after = self.events.mark()
        with open(self.log, "wb") as log:
            self.process = self.case.spawn(
                client.tunnel(device, self.service, self.sport, size),
                stdout=log, stderr=log)
        self.case.tellers.append(lambda: print(self.said()[-4000:]))
        self.events.wait("forward.open", after=after,
                         sport=self.sport)
        # Python's would refuse a connection that comes with the answer.
        eventually(lambda: getattr(client, "READY", "") in self.said(),
                   what="the client is ready")

    def carries_data(self):
        transfer(self.device.server, self.sport, self.got, self.count)

    def rekeyed(self):
        """How often it took new keys into use, after the first."""
        if self.client.REKEYS is None:
            return None
        return len(re.findall(self.client.REKEYS, self.said())) - 1

    def said(self):
        return self.log.read_text(errors="replace")

    def stays(self):
        """It answers signs of life, and lives on the server's answers."""
        time.sleep(ALIVE * (MISSED + 1) + 0.5)
        check(self.process.poll() is None, "it ended by itself")
        check(not self.events.find("forward.close", sport=self.sport),
              "the forward is gone")

    def killed(self):
        after = self.events.mark()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.events.wait("session.close", after=after)
        eventually(lambda: not answers(self.sport), what="the port is closed")
        self.device.server.admin_ok("forward", "close", self.device.name,
                                    self.sport)


def cells(client, device):
    """One row of the matrix."""
    case = device.case
    done = case.run(client.poll(device, "poll 1")).ok()
    eq(done.out.splitlines()[0], "0", "the answer to a poll")
    yield "login, exec"
    tunnel = Tunnel(client, device)
    tunnel.carries_data()
    yield f"-R, {COUNT} MiB both ways"
    again = tunnel.rekeyed()
    check(again is None or again >= 2, f"{again} rekeys in the transfer")
    yield f"rekeys in the transfer: {again if again is not None else '-'}"
    tunnel.stays()
    yield "keepalive"
    tunnel.killed()
    yield "killed"


def server_rekeys(client, device):
    """The server makes new keys in the middle of a transfer."""
    def rekeys():
        found = re.search(r"rekeys since start +(\d+)",
                          device.server.admin_ok("status").out)
        return int(found.group(1)) if found else 0

    if getattr(client, "SERVER_REKEYS", True):
        tunnel = Tunnel(client, device, size=NEVER)
        tunnel.carries_data()
        eventually(lambda: rekeys() >= 2, what="rekeys by the server",
                   every=0.1)
        tunnel.killed()
        print(f"rekeys by the server: {rekeys()}", flush=True)


def beyond_a_gib(client, device):
    """Either side rekeys by the amount of data."""
    tunnel = Tunnel(client, device, GIB)
    tunnel.carries_data()
    tunnel.killed()


def matrix(case, client):
    server = Server(case, rsa=True, client_alive_interval=ALIVE,
                    client_alive_count_max=MISSED)
    workers = sorted(server.workers())
    for kind, bits in KEYS:
        device = server.device(f"with-{kind}", kind=kind, bits=bits)
        for cell in cells(client, device):
            print(f"{kind}: {cell}", flush=True)
    if LONG and isinstance(client, Dbclient):
        beyond_a_gib(client, device)
        print(f"{GIB} MiB both ways")
    other = Server(case, name="rekeys", rekey_limit=REKEY_MIB)
    server_rekeys(client, other.device("by-server"))
    eq(other.events.find("worker.exit"), [], "workers that ended")
    eq(sorted(server.workers()), workers, "the workers")
    check(all(proc.alive(w) for w in workers), "a worker is gone")
