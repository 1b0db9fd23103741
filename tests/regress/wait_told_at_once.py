#!/usr/bin/python3
"""A device that waits is told of each forward and of its end at once."""
import datetime
import statistics

from harness import Server, check, eq, fresh_port, run
from harness.case import end
from harness.device import Listener, echo
from harness.waiting import Waiting


def when(event):
    return datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00"))


def told(server, device, client, service):
    wait = Waiting(device, client, "wait 1 up=7 bad")
    beat = server.events.wait("heartbeat", after=wait.after)
    eq((beat["waits"], beat["health"], beat["dropped"]),
       (True, {"up": "7"}, 1), f"{client}: the heartbeat")
    port = fresh_port()
    server.admin_ok("forward", "open", device.name, f"{service}:{port}")
    eq(wait.line(), f"{service}:{port}", client)
    server.wait_state(port, "delivered")
    after = server.events.mark()
    tunnel = device.tunnel((service, port), client=client)
    server.events.wait("forward.open", after=after, sport=port)
    server.admin_ok("forward", "close", device.name, port)
    eq(wait.line(), f"close {port}", client)
    end(tunnel)
    wait.end()
    server.events.wait("session.close", after=after, conn=beat["conn"])


def soon(server, device):
    """The operator's command has ended: 200 ms later it has been said."""
    wait = Waiting(device)
    took = []
    for _ in range(5):
        port = fresh_port()
        after = server.events.mark()
        server.admin("forward", "open", device.name, f"22:{port}").ok()
        end = datetime.datetime.now(datetime.timezone.utc)
        eq(wait.line(), f"22:{port}", "told")
        took.append((wait.told - end).total_seconds())
        server.events.wait("admin", after=after)
        server.admin_ok("forward", "close", device.name, port)
        eq(wait.line(), f"close {port}", "told")
    # A busy machine may make one of them late, but not most of them.
    median = statistics.median(took)
    print(f"median: {median * 1000:.0f} ms, worst: {max(took) * 1000:.0f} ms")
    check(median < 0.2, f"it took {took} s")
    wait.end()


def test(t):
    server = Server(t)
    device = server.device()
    service = Listener(t, echo).port
    for client in ("dbclient", "ssh"):
        told(server, device, client, service)
    soon(server, device)
    eq(server.events.find("request.refused"), [], "refused")
    # Told to a connection that is gone, and not opened: told to the next.
    wait, port = Waiting(device), fresh_port()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    eq(wait.line(), f"22:{port}", "told")
    wait.end()
    server.wait_state(port, "queued")
    eq(Waiting(device).line(), f"22:{port}", "told to the next")
    # Polls go on beside it.
    eq(device.answer("poll 1"), ["0"], "a poll")


run(test)
