#!/usr/bin/python3
"""A client that rekeys without end, and comes again when it is cut off, costs
nobody else his poll."""
import statistics
import threading
import time

from harness import Server, check, fresh_port, run


def polls(device):
    """How many seconds most of its polls take at the most."""
    took = []
    for _ in range(8):
        start = time.monotonic()
        device.poll().ok()
        took.append(time.monotonic() - start)
    return statistics.median(took)


def test(t):
    server = Server(t)
    device, other = server.device("endless"), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    before = polls(other)
    stop = threading.Event()

    def endless():
        while not stop.is_set():
            try:
                transport = device.login()
                transport.request_port_forward("localhost", port,
                                               lambda *_: None)
                while not stop.is_set():
                    transport.renegotiate_keys()
            except Exception:   # cut off, and again
                pass
    thread = threading.Thread(target=endless, daemon=True)
    thread.start()
    server.events.wait("session.close", device=device.name,
                       reason="too many key exchanges")
    during = polls(other)
    stop.set()
    print(f"s for a poll: {before:.2f} before, {during:.2f} meanwhile")
    check(during < 1 + 4 * before, "the polls waited")
    check(not server.events.find("worker.exit"), "no worker was lost")


run(test)
