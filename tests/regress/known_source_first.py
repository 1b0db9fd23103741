#!/usr/bin/python3
"""When strangers from as many sources as there are places each begin a key
exchange and stall, a device that was here before still logs in at once."""
import time

from harness import Server, check, eq, run
from harness.packets import VERSION, kexinit, packet, send

MOST = 64               # places
LOGINS = 5
PATIENT = 5             # s for a login, which takes one; others wait for ten


def stall(server, number):
    """One of a source of its own, which sends the first half."""
    sock = server.connect(source=f"127.1.{1 + number // 200}."
                                 f"{1 + number % 200}")
    send(sock, VERSION + packet(kexinit()))


def test(t):
    server = Server(t, max_startups=MOST)
    device = server.device()
    device.poll().ok()
    for number in range(4 * MOST):      # some of them wait
        stall(server, number)
    took = []
    for _ in range(LOGINS):
        start = time.monotonic()
        device.poll().ok()
        took.append(time.monotonic() - start)
    print(f"s for a login: {[round(s, 2) for s in took]}")
    check(max(took) < PATIENT, f"logins took {took}")
    server.events.wait("session.close", reason=lambda r:
                       r.startswith("too many unauthenticated"))
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
