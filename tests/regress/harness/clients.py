"""What a device is made of: its key and the SSH clients it may have.

Where paramiko is used it is imported: that takes longer than many a test, which
does without.
"""
import os
import subprocess

from .case import PATIENCE, check, eq

LEGACY = "/home/ubuntu/et-phone-home/et-home/et-home-ping.sh"


def start_client(transport):
    """A paramiko transport's key exchange."""
    transport.banner_timeout = transport.handshake_timeout = PATIENCE
    transport.auth_timeout = PATIENCE
    transport.start_client(timeout=PATIENCE)


class Key:
    """A key pair in dropbear's and in OpenSSH's form, and its public line."""

    def __init__(self, case, name, kind="ed25519", bits=None):
        self.kind = kind
        self.openssh = case.dir / f"{name}.key"
        self.pub = case.dir / f"{name}.key.pub"
        self.dropbear = case.dir / f"{name}.dropbear"
        size = ["-b", bits] if bits else []
        case.run(["ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C",
                  name, "-f", self.openssh], check_=True)
        case.run(["dropbearconvert", "openssh", "dropbear", self.openssh,
                  self.dropbear], check_=kind != "ecdsa")
        self.line = self.pub.read_text().strip()
        self.type, self.base64 = self.line.split()[:2]
        self.fingerprint = case.run(
            ["ssh-keygen", "-lf", self.pub], check_=True).out.split()[1]

    def paramiko(self):
        import paramiko
        kind = {"ed25519": paramiko.Ed25519Key, "rsa": paramiko.RSAKey,
                "ecdsa": paramiko.ECDSAKey}[self.kind]
        return kind.from_private_key_file(str(self.openssh))


class Device:
    """A thing that phones home to a server."""

    def __init__(self, server, name, key, user=None):
        self.server, self.case = server, server.case
        self.name, self.key = name, key
        self.user = user or f"device{name}"

    def known_hosts(self):
        """HOME with the server's keys pinned, for dbclient and for ssh."""
        home = self.case.dir / f"home-{self.server.dir.name}"
        ssh = home / ".ssh"
        ssh.mkdir(parents=True, exist_ok=True)
        path = ssh / "known_hosts"
        lines = [f"{host} {k.type} {k.base64}\n"
                 for k in self.server.hostkeys
                 for host in ("127.0.0.1", f"[127.0.0.1]:{self.server.port}")]
        text = "".join(lines)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)       # never while a client reads it
        return home, path

    def argv(self, client, *options):
        home, known = self.known_hosts()
        if client == "dbclient":
            return ["env", f"HOME={home}", "dbclient", "-i",
                    self.key.dropbear, "-p", self.server.port, *options,
                    f"{self.user}@127.0.0.1"]
        return ["ssh", "-F", "none", "-T", "-i", self.key.openssh,
                "-p", self.server.port, "-o", "BatchMode=yes",
                "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
                "-o", f"UserKnownHostsFile={known}",
                "-o", "GlobalKnownHostsFile=/dev/null",
                "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=INFO",
                *options, f"{self.user}@127.0.0.1"]

    def poll(self, client="dbclient", command=LEGACY, options=(),
             timeout=PATIENCE):
        argv = self.argv(client, *options)
        return self.case.run([*argv, command] if command else argv, timeout)

    def answer(self, command=LEGACY, client="dbclient"):
        """The lines of a poll that must succeed."""
        return self.poll(client, command).ok().out.splitlines()

    def tunnel(self, *forwards, client="dbclient", options=(), exit_on=True):
        """-N -R for each (device port, server port), in the background."""
        more = ["-o", "ExitOnForwardFailure=yes"] if exit_on else []
        for dport, sport in forwards:
            more += ["-R", f"{sport}:localhost:{dport}"]
        log = open(self.case.dir / f"tunnel-{os.urandom(4).hex()}", "wb")
        return self.case.spawn(self.argv(client, "-N", *options, *more),
                               stdin=subprocess.DEVNULL, stdout=log,
                               stderr=log)

    def ask_and_open(self, dport, sport, client="dbclient", **how):
        """An operator asks, the device polls and opens: the whole way."""
        self.server.admin_ok("forward", "open", self.name,
                             f"{dport}:{sport}")
        check(f"{dport}:{sport}" in self.answer("poll 1"),
              "the poll names the port")
        after = self.server.events.mark()
        tunnel = self.tunnel((dport, sport), client=client, **how)
        self.server.events.wait("forward.open", after=after, sport=sport)
        return tunnel

    def transport(self, sock=None, **how):
        """A paramiko transport after key exchange, with the key pinned."""
        import paramiko
        transport = paramiko.Transport(sock or self.server.connect(), **how)
        self.case.closers.append(transport.close)
        start_client(transport)
        got = transport.get_remote_server_key().get_base64()
        check(got in [k.base64 for k in self.server.hostkeys],
              "the server's key is the pinned one")
        return transport

    def login(self, **how):
        """A paramiko transport that has logged in."""
        transport = self.transport(**how)
        eq(transport.auth_publickey(self.user, self.key.paramiko()), [],
           "methods that are left")
        return transport
