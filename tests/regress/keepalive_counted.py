#!/usr/bin/python3
"""Who leaves a keepalive unanswered for client-alive-count-max intervals is
gone, and not before; who answers just before that stays."""
import time

from harness import Server, check, eq, fresh_port, run
from harness.packets import Wire

INTERVAL, MOST = 2, 3   # s, and so many of them
GONE = "no answer to keepalives"


def holder(server, device):
    """A wire of a connection that holds a forward, and its number."""
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    conn = server.events.wait("forward.open", sport=port)["conn"]
    return Wire(transport, 80), conn


def keepalive(wire):
    got = wire.receive()
    check(got is not None and b"keepalive" in got[1], f"a keepalive: {got}")
    return time.monotonic()


def ends_after(server, wire, conn, at):
    """It leaves unanswered what came at this time."""
    check(wire.receive() is None, "no other while one is unanswered")
    took = time.monotonic() - at
    check(took > MOST * INTERVAL - 0.5, f"it ended after {took:.1f} s")
    server.events.wait("session.close", conn=conn, reason=GONE)


def test(t):
    server = Server(t, client_alive_interval=INTERVAL,
                    client_alive_count_max=MOST)
    silent, its = holder(server, server.device())
    late, kept = holder(server, server.device("other"))
    first, answered = keepalive(silent), keepalive(late)
    time.sleep(max(0, answered + (MOST - 0.5) * INTERVAL - time.monotonic()))
    late.send(bytes([82]))
    in_time = time.monotonic() - answered < (MOST - 0.1) * INTERVAL
    ends_after(server, silent, its, first)
    if in_time:             # on a busy machine it was not
        at = keepalive(late)
        eq(server.events.find("session.close", conn=kept), [], "its end")
        ends_after(server, late, kept, at)


run(test)
