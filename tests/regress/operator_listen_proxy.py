#!/usr/bin/python3
"""A PROXY header is believed at operator-listen as at listen; connections
without one at listen are in nobody's way there."""
from harness import Server, check, eq, run
from harness.operators import barred, operator, there
from harness.packets import closed_within
from harness.proxy import arrive, header, hears

MOST = 8
SOURCE = "192.0.2.7"
NO_DEVICE = "operator-listen: devices are not accepted here"


class Balanced:
    """A client whose connections a balancer passes on."""

    def __init__(self, who):
        self.who = there(who)
        self.who.server.connect = lambda: arrive(self.who.server,
                                                 header(SOURCE, 4711))


def test(t):
    server = Server(t, workers=1, proxy_from=["127.0.0.1"],
                    max_startups=MOST, operator_listen=["127.0.0.1:0"])
    device = server.device()
    alice = operator(server, "alice", "admin")
    first = arrive(there(alice).server, b"")
    # Who comes after it has logged in: so it has been accepted.
    transport = Balanced(alice).who.login()
    login = server.events.wait("login", operator="alice")
    eq((login["addr"], login["port"], login["pool"]),
       (SOURCE, 4711, "operator-listen"), "who and where from")
    silent = [arrive(server, b"") for _ in range(MOST + 4)]
    for sock in silent[:4]:
        check(closed_within(sock), "the oldest at listen go")
    # It has 5 s, which a busy machine may have let pass.
    late = closed_within(first, 0.01)
    server.events.read()
    check(not late or server.events.find(
        "login.refused", reason=lambda r: "in time" in r),
        "the older one at operator-listen stays")
    eq(alice.command("operator list", transport)[0], 0, "a command")
    refused = barred(Balanced(device).who, NO_DEVICE)
    eq(refused["addr"], SOURCE, "the event's address")
    # Without a header, and from whom none is believed.
    sock = arrive(there(alice).server, b"SSH-2.0-x\r\n")
    check(not hears(sock), "no header")
    sock = arrive(there(alice).server, header(SOURCE), "127.0.0.2")
    sock.settimeout(30)
    check(sock.recv(4) == b"SSH-", "greeted as itself")
    check(closed_within(sock), "a header is no SSH")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
