#!/usr/bin/python3
"""Clients behind one balancer are a source each; it is none of them."""
from harness import Server, check, eq, run
from harness.packets import closed_within, read_version
from harness.proxy import LOCAL, arrive, header, hears, raw

A, B, BALANCER, STRANGER = "192.0.2.1", "192.0.2.2", "127.0.0.1", "127.0.0.2"


def shut_out(server, data, source=BALANCER):
    """Leave without a login again and again, until that is enough."""
    for _ in range(300):
        sock = arrive(server, data, source)
        if not hears(sock):
            return
        sock.close()
    check(False, f"{data!r} is still served")


def greeted(server, data):
    """Arrived, and not only on its way."""
    sock = arrive(server, data)
    read_version(sock)
    return sock


def caps(server):
    """Past its number the oldest of a source that says nothing goes, and none
    of another's."""
    ours = [greeted(server, header(A, n)) for n in range(4)]
    others = [greeted(server, header(B, n)) for n in range(4)]
    checks = [greeted(server, raw(LOCAL, 0)) for _ in range(4)]
    ours += [greeted(server, header(A, n)) for n in (4, 5)]
    for sock in ours[:2]:
        check(closed_within(sock, 30), "the oldest of the source goes")
    for number in (0, 1):
        server.events.wait(
            "session.close", 60, addr=A, port=number,
            reason=lambda r: "connections from one source" in r)
    eq(len(server.events.find("session.close")), 2, "connections that went")
    for sock in ours + others + checks:
        sock.close()


def test(t):
    server = Server(t, "caps", proxy_from=[BALANCER],
                    per_source_max_startups=4)
    caps(server)
    server.stop()

    server = Server(t, "penalties", proxy_from=["127.0.0.0/31"],
                    per_source_penalties=True)
    shut_out(server, header(A))
    server.events.wait("limit", 60, addr=A,
                       reason=lambda r: r.startswith("penalty"))
    check(hears(arrive(server, header(B))), "another one is served")
    # Its health checks never log in, and are no reason to shut it out.
    for _ in range(40):
        sock = arrive(server, raw(LOCAL, 0))
        check(hears(sock), "a health check is served")
        sock.close()
    check(hears(arrive(server, header(B))), "and what it relays")
    # Who is not in proxy-from speaks for himself alone.
    shut_out(server, header(B), STRANGER)
    server.events.wait("limit", 60, addr=STRANGER,
                       reason=lambda r: r.startswith("penalty"))
    check(hears(arrive(server, header(B))), "who was named is served")
    eq(server.events.find("limit", addr=BALANCER), [], "limits of the balancer")


run(test)
