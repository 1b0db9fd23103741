#!/usr/bin/python3
"""Strangers who have taken every place and every place in the queue at listen,
and are under a penalty there, keep nobody out of operator-listen; and its own
limits hold there."""
import time

from harness import Server, check, eq, run
from harness.operators import operator, there
from harness.packets import greeted, half_kex
from harness.proxy import hears

MOST = 8                # places in each lobby
WITHIN = 2              # s for a login at operator-listen
LOGINS = 5


def source(number):
    return f"127.0.{1 + number // 200}.{1 + number % 200}"


def fill(server, count, port):
    """All of other sources, and none silent; the first have the places."""
    view = there(server.probe).server if port else server
    socks = [view.connect(source=source(n)) for n in range(count)]
    for sock in socks[:MOST]:
        half_kex(sock)
    return socks


def penalised(server):
    """Leave without a login until the source is refused."""
    for _ in range(100):
        sock = server.connect()
        if not hears(sock):
            return
        sock.close()
    check(False, "the source is still served")


def login(who):
    start = time.monotonic()
    who.login().close()
    return time.monotonic() - start


def test(t):
    server = Server(t, workers=1, max_startups=MOST, login_grace=120,
                    per_source_max_startups=4, worker_sessions=6 * MOST,
                    per_source_penalties=True,
                    operator_listen=["127.0.0.1:0"])
    alice = there(operator(server, "alice", "admin"))
    server.probe = alice
    refused = server.events.mark()
    penalised(server)
    server.events.wait("limit", 60, refused, addr="127.0.0.1",
                       reason=lambda r: r.startswith("penalty"))
    start = time.monotonic()
    socks = fill(server, 5 * MOST, False)
    check(not greeted(server.connect(source=source(300)), 0.3) or
          time.monotonic() - start > 4, "listen is full")
    took = [login(alice) for _ in range(LOGINS)]
    print(f"s for a login: {[round(s, 2) for s in took]}")
    check(max(took) < WITHIN, f"logins took {took}")
    for sock in socks:
        sock.close()

    # As many at a time as at listen, and the next one waits.
    after = server.events.mark()
    held = fill(server, MOST, True)
    waits = alice.server.connect(source=source(MOST))
    start = time.monotonic()
    check(not greeted(waits, 0.3) or time.monotonic() - start > 4,
          "one more has to wait")
    held[0].close()
    check(greeted(waits), "until there is a place")
    server.events.wait("session.close", after=after)
    for sock in [*held, waits]:
        sock.close()
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
