"""Devices that register themselves with a token."""
from .case import eq
from .clients import Device, Key

STAND_IN = """\
#!/bin/sh
# What device/install.sh does, as far as a server sees it.
echo "installer of $ET_SERVER"
"""


def installer(server, text=STAND_IN):
    """What "install 1" is to send; to be set before the server starts."""
    path = server.dir / "install.sh"
    path.write_text(text)
    path.chmod(0o644)
    server.set(installer=str(path))
    return path


class Token:
    """A token that et-admin made, and the clients that use it."""

    def __init__(self, server, *args):
        self.server, self.case = server, server.case
        row = server.admin_json("token", "new", "--server",
                                f"127.0.0.1:{server.port}", *args)[0]
        server.events.wait("admin", reason=lambda r: row["token"] in r)
        self.name, self.text, self.row = row["token"], row["text"], row
        self.user = Device(server, "enroll", None, user="enroll")

    def run(self, command, client="dbclient", text=None, timeout=60):
        """How the client ended that asked for this."""
        home, known = self.user.known_hosts()
        text = text or self.text
        refuse = self.case.dir / "stdin-n"
        refuse.write_text("n\n")
        port = self.server.port
        if client == "dbclient":
            return self.case.run(
                ["env", f"HOME={home}", f"DROPBEAR_PASSWORD={text}", "sh",
                 "-c", 'exec "$@" <"$0"', refuse, "dbclient", "-T", "-p",
                 port, "enroll@127.0.0.1", command], timeout)
        ask = self.case.dir / "askpass"
        ask.write_text('#!/bin/sh\necho "$ET_TOKEN"\n')
        ask.chmod(0o755)
        return self.case.run(
            ["env", f"ET_TOKEN={text}", f"SSH_ASKPASS={ask}",
             "SSH_ASKPASS_REQUIRE=force", "DISPLAY=none", "ssh", "-F", "none",
             "-T", "-p", port, "-o", f"UserKnownHostsFile={known}",
             "-o", "GlobalKnownHostsFile=/dev/null",
             "-o", "StrictHostKeyChecking=yes",
             "-o", "PreferredAuthentications=password",
             "-o", "NumberOfPasswordPrompts=1", "enroll@127.0.0.1", command],
            timeout)

    def enroll(self, name, key, client="dbclient", **how):
        """What is said to "enroll 1" of this device with this key."""
        return self.run(f"enroll 1 {name} {key.type} {key.base64}", client,
                        **how)

    def by_key(self, command, key, client="dbclient", text=None):
        """How the client ended that logged in by this key, and sent this text,
        or the line of the token, behind its command."""
        line = f"token {self.text}\n" if text is None else text
        user = Device(self.server, "enroll", key, user="enroll")
        return self.case.run([*user.argv(client, "-T"), command],
                             data=line.encode())

    def device(self, name, client="dbclient", kind="ed25519", bits=None):
        """A device that has registered itself."""
        key = Key(self.case, name, kind, bits)
        eq(self.enroll(name, key, client).ok().out, f"enrolled {name}\n",
           "the answer")
        return Device(self.server, name, key)

    def login(self, text=None):
        """A paramiko transport that has logged in with it."""
        transport = self.user.transport()
        eq(transport.auth_password("enroll", text or self.text), [],
           "methods that are left")
        return transport

    def refused(self, text):
        """The methods that are named when this password is refused."""
        import paramiko
        transport = self.user.transport()
        try:
            transport.auth_password("enroll", text)
        except paramiko.BadAuthenticationType as no:
            return no.allowed_types
        except paramiko.AuthenticationException:
            return ["password"]
        finally:
            transport.close()
        return None
