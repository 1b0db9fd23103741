#!/usr/bin/python3
"""Roles x grants x targets x ports, all combinations: what is granted is
reached, and nothing else."""
import itertools
import socket

from harness import Server, check, eq, fresh_port, run
from harness.clients import Key
from harness.device import Listener, echo
from harness.operators import grant_words, operator, talk

ROLES = ("viewer", "operator", "admin")
GRANTS = {"none": (), "tag": ("a",), "ports": ("a:443,{listed}",),
          "device": ("device=64:66:B3:4B:DE:54:443,22",)}
# Which ports of its own a device with the tag "a" is reached at, by grant.
USUAL, LISTED = (22, 80), (443, "listed")
REACHES = {("operator", "tag"): USUAL, ("operator", "ports"): LISTED,
           ("operator", "device"): (443, 22)}
# Neither a device nor, at any of these ports, a forward.
NOWHERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1",
           "169.254.169.254", "[::1]", "LOCALHOST", "127.1", "2130706433",
           "localhost.", "ip6-localhost", "example.org", "", "nobody",
           "kitche", "kitchen.", "devicedevicekitchen", "x" * 300,
           socket.gethostname())

MANY = 100              # cells of one connection: past some, it is a flood


def people(server, listed):
    """One of each role and grant that there may be: {(role, grant): who}."""
    found = {}
    for role, (grant, tags) in itertools.product(ROLES, GRANTS.items()):
        name = f"{role}-{grant}"
        tags = [tag.format(listed=listed) for tag in tags]
        if (role == "operator") == bool(tags) or role == "viewer":
            found[role, grant] = operator(server, name, role, *tags)
            continue
        key = Key(server.case, name)
        words = grant_words(tags)
        eq(server.admin("operator", "add", name, "--key", key.pub, "--role",
                        role, *words).code, 2, f"{role} with {grant}")
    return found


class Table:
    """Cells: one who asks, a target, a port, and whether it is reached."""

    def __init__(self, who):
        self.who, self.cells = who, 0
        self.transport = who.login()

    def cell(self, name, port, want):
        what = f"{self.who.name} to {name}:{port}"
        channel = self.who.open(name, port, self.transport)
        eq(channel is not None, want, what)
        if channel:
            eq(talk(channel), b"hello", what)
            channel.close()
        self.cells += 1
        if self.cells % MANY == 0:
            self.transport.close()
            self.transport = self.who.login()

    def end(self):
        check(self.transport.is_active(), f"{self.who.name} is still there")
        self.transport.close()
        return self.cells


def test(t):
    server = Server(t)
    listed, other = Listener(t, echo).port, Listener(t, echo).port
    kitchen = server.device("6466b34bde54", "--alias", "kitchen", "--tag", "a")
    cellar = server.device("cellar", "--tag", "b")
    names = {kitchen: ("6466b34bde54", "device6466b34bde54", "kitchen",
                       "devicekitchen", "64:66:b3:4b:de:54",
                       "64:66:B3:4B:DE:54", "KITCHEN"),
             cellar: ("cellar", "devicecellar")}
    own = (22, 80, 443, listed)
    # Both hold the same ports of their own, so that an answer is prompt, and
    # the listed one as a real forward, too; both have one by a permit.
    real, standing = {}, {}
    for device in names:
        server.admin_ok("permit", "add", device.name, "1-9999", "--virtual")
        server.admin_ok("permit", "add", device.name, listed, "--virtual")
        standing[device] = fresh_port()
        server.admin_ok("permit", "add", device.name, standing[device])
        options = [word for port in own
                   for word in ("-R", f"{port}:localhost:{other}")]
        after = server.events.mark()
        device.tunnel((other, standing[device]), options=options)
        server.events.wait("forward.open", after=after, count=len(own) + 1)
        real[device] = fresh_port()
        device.ask_and_open(listed, real[device])
    cells = 0
    for (role, grant), who in people(server, listed).items():
        table = Table(who)
        for device, port in itertools.product(names, own):
            want = role == "admin" or device is kitchen and (
                "listed" if port == listed else port
            ) in REACHES.get((role, grant), ())
            for name in names[device]:
                table.cell(name, port, want)
        for device, here in itertools.product(names, ("127.0.0.1",
                                                      "localhost")):
            want = role == "admin" or device is kitchen and \
                "listed" in REACHES.get((role, grant), ())
            table.cell(here, real[device], want)
            # Which port of the device that is, nobody knows.
            table.cell(here, standing[device], role == "admin")
        for name, port in itertools.product(
                NOWHERE, (0, 22, 80, 443, listed, other, server.port, 65535,
                          65536, 65558, 2 ** 32 - 1)):
            table.cell(name, port, False)
        for name, port in itertools.product(
                ("kitchen", *names[cellar]), (0, 65536)):
            table.cell(name, port, False)
        # libssh keeps 16 bits of it, for the check as for the device.
        table.cell("kitchen", 65536 + 22,
                   role == "admin" or 22 in REACHES.get((role, grant), ()))
        for name, device in itertools.product(NOWHERE[2:], names):
            table.cell(name, real[device], False)
        cells += table.end()
    print(f"{cells} cells")
    eq(server.events.find("jump.wait"), [], "wishes")
    eq(server.events.find("worker.exit"), [], "workers that ended")
    refused = server.events.find("jump.refused")
    check({"not granted", "no such device", "not the port of a forward",
           "not a port"} <= {e["reason"] for e in refused}, "the reasons")


run(test)
