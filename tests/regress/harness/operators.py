"""Operators: their keys, their logins, and what they reach."""
import os

from .clients import Device, Key


class Operator(Device):
    """One who logs in to a server to see and reach devices."""

    def __init__(self, server, name, key):
        super().__init__(server, name, key, user=name)

    def open(self, name, port, transport=None):
        """A direct-tcpip channel by paramiko; it raises what is refused."""
        transport = transport or self.login()
        return transport.open_channel("direct-tcpip", (name, port),
                                      ("127.0.0.1", 4096), timeout=30)


def operator(server, name="alice", role="operator", *tags):
    """Add an operator with a key of its own."""
    key = Key(server.case, f"{name}-{os.urandom(4).hex()}")
    more = [word for tag in tags for word in ("--tag", tag)]
    server.admin_ok("operator", "add", name, "--key", key.pub, "--role", role,
                    *more)
    return Operator(server, name, key)
