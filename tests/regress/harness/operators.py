"""Operators: their keys, their logins, and what they reach."""
import copy
import os

from .case import Fail, eq
from .clients import Device, Key

CONFIG = """\
Host 127.0.0.1
	User {user}
	IdentityFile {key}
	UserKnownHostsFile {known}
Host *
	IdentityFile {device_key}
	UserKnownHostsFile /dev/null
	BatchMode yes
	IdentitiesOnly yes
	IdentityAgent none
	StrictHostKeyChecking no
	GlobalKnownHostsFile /dev/null
	LogLevel ERROR
"""


class Operator(Device):
    """One who logs in to a server to see and reach devices."""

    def __init__(self, server, name, key):
        super().__init__(server, name, key, user=name)

    def config(self, device_key):
        """Of ssh, for the server and for the devices behind it."""
        path = self.case.dir / f"ssh-{self.name}-{os.urandom(4).hex()}"
        path.write_text(CONFIG.format(
            user=self.name, key=self.key.openssh,
            known=self.known_hosts()[1], device_key=device_key.openssh))
        return path

    def jump(self, port, device_key, program="ssh"):
        """ssh, scp or sftp to this port of a device, by way of the server."""
        return [program, "-F", self.config(device_key), "-J",
                f"{self.name}@127.0.0.1:{self.server.port}",
                "-p" if program == "ssh" else "-P", port]

    def forward(self, *forwards, options=(), **how):
        """ssh -N -L for each "PORT:NAME:PORT", in the background."""
        words = [word for text in forwards for word in ("-L", text)]
        log = open(self.case.dir / f"forward-{os.urandom(4).hex()}", "wb")
        return self.case.spawn(self.argv("ssh", "-N", *options, *words),
                               stdout=log, stderr=log, **how)

    def open(self, name, port, transport=None, timeout=60):
        """A channel to a device by paramiko; None: it is refused."""
        import paramiko
        transport = transport or self.login()
        try:
            channel = transport.open_channel(
                "direct-tcpip", (name, port), ("127.0.0.1", 4096),
                timeout=timeout)
        except paramiko.ChannelException:
            return None
        channel.settimeout(30)
        return channel

    def command(self, text, transport=None, data=None, timeout=60):
        """A command on the server by paramiko: status, stdout, stderr."""
        channel = (transport or self.login()).open_session(timeout=timeout)
        channel.settimeout(timeout)
        channel.exec_command(text)
        try:
            if data is not None:
                channel.sendall(data)
            channel.shutdown_write()
        except OSError:
            pass        # it has had its answer, and the channel is closed
        out = channel.makefile("rb").read()
        err = channel.makefile_stderr("rb").read()
        status = channel.recv_exit_status()
        channel.close()
        return status, out.decode(), err.decode()


def grant_words(grants):
    """et-admin's words for "TAG:PORTS" and "device=ID:PORTS"."""
    return [word for grant in grants for word in
            (("--device", grant[7:]) if grant.startswith("device=") else
             ("--tag", grant))]


def operator(server, name="alice", role="operator", *grants):
    """Add an operator with a key of its own."""
    key = Key(server.case, f"{name}-{os.urandom(4).hex()}")
    server.admin_ok("operator", "add", name, "--key", key.pub, "--role", role,
                    *grant_words(grants))
    return Operator(server, name, key)


def there(who):
    """The same client, at operator-listen."""
    who = copy.copy(who)
    who.server = copy.copy(who.server)
    who.server.port = who.server.operator_port
    return who


def barred(who, reason, **fields):
    """The login is refused, as every login is, and the event says why."""
    import paramiko
    server, after = who.server, who.server.events.mark()
    transport = who.transport()
    try:
        transport.auth_publickey(who.user, who.key.paramiko())
        raise Fail(f"{who.user} has logged in")
    except paramiko.BadAuthenticationType as refusal:
        eq(refusal.allowed_types, ["publickey"], "what the refusal names")
    except paramiko.AuthenticationException:
        pass
    transport.close()
    return server.events.wait("login.refused", after=after, reason=reason,
                              user=who.user, **fields)


def talk(channel, text=b"hello"):
    """To an echo behind a jump and back."""
    channel.sendall(text)
    got = b""
    while len(got) < len(text):
        data = channel.recv(65536)
        if not data:
            raise Fail(f"the end after {got!r}")
        got += data
    return got
