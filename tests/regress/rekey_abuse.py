#!/usr/bin/python3
"""A client that rekeys without end costs nobody else his poll."""
import threading
import time

from harness import Server, check, fresh_port, run


def test(t):
    server = Server(t)
    device, other = server.device("endless"), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    transport.request_port_forward("localhost", port, lambda *_: None)
    stop = threading.Event()

    def endless():
        try:
            while not stop.is_set():
                transport.renegotiate_keys()
        except Exception:       # cut off
            pass
    thread = threading.Thread(target=endless, daemon=True)
    thread.start()
    for _ in range(8):
        start = time.monotonic()
        other.poll(timeout=5).ok()
        check(time.monotonic() - start < 2, "a poll waited")
    stop.set()
    check(not server.events.find("worker.exit"), "no worker was lost")


run(test)
