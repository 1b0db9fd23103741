#!/usr/bin/python3
"""Of those whose PROXY header has not come max-startups may wait; the oldest
goes, and nobody whose header was there."""
from harness import Server, check, eq, run
from harness.packets import closed_within, read_version
from harness.proxy import arrive, header

REASON = "too many connections without a PROXY header"

def test(t):
    server = Server(t, proxy_from=["127.0.0.1"], max_startups=8,
                    per_source_max_startups=2)
    device = server.device()
    known = [arrive(server, header(f"192.0.2.{n}")) for n in range(4)]
    for sock in known:
        read_version(sock)
    silent = [arrive(server, b"") for _ in range(20)]
    for sock in silent[:12]:
        check(closed_within(sock, 30), "the oldest go")
    server.events.wait("login.refused", 60, count=12, reason=REASON)
    eq(server.events.find("session.close"), [], "others that went")
    for sock in known:
        sock.close()
    transport = device.transport(arrive(server, header("192.0.2.9")))
    transport.auth_publickey(device.user, device.key.paramiko())
    server.events.wait("login", 60, addr="192.0.2.9")
    check(closed_within(silent[12], 30), "for the one that logged in")
    refused = server.events.find("login.refused", reason=REASON)
    # On a busy machine their 5 s may have run out first.
    late = server.events.find("login.refused",
                              reason=lambda r: "in time" in r)
    check(len(refused) == 13 or late, "those that waited for their header")
    check(all(e["addr"] == "127.0.0.1" for e in refused), "by their address")
    for sock in silent[13:]:
        sock.close()
    server.events.wait("login.refused", 60, count=20)
    server.stop()
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
