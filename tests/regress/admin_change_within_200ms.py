#!/usr/bin/python3
"""What et-admin commits is in the running server's directory in 200 ms."""
import datetime
import time

from harness import Server, check, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    worst = 0
    for _ in range(8):
        after = server.events.mark()
        port = fresh_port()
        # It does not wait for the server, as disable and its kind do.
        server.admin("forward", "open", device.name, f"22:{port}").ok()
        end = datetime.datetime.now(datetime.timezone.utc)
        event = server.events.wait("admin", after=after)
        at = datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00"))
        worst = max(worst, (at - end).total_seconds())
        time.sleep(0.1)         # past what the keeper still has to do
    print(f"worst: {worst * 1000:.0f} ms")
    check(worst < 0.2, f"the change took {worst:.3f} s")
    check(len(device.answer("poll 1")) >= 8, "all are in the inbox")


run(test)
