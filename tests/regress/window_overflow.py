#!/usr/bin/python3
"""A device that ignores the window is held or cut off; memory is bounded."""
import queue
import time

import paramiko

from harness import (PATIENCE, Server, check, dial, fresh_port,
                     plain_build_only, proc, run)
from harness.packets import string


def test(t):
    plain_build_only("memory is another")
    server = Server(t)
    device, other = server.device("flood"), server.device("other")
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    transport = device.login()
    got = queue.Queue()
    transport.request_port_forward("localhost", port,
                                   lambda c, *_: got.put(c))
    workers = server.workers()
    before = max(proc.rss(p) for p in workers)
    transport.sock.settimeout(5)
    with dial(port):
        channel = got.get(timeout=PATIENCE)
        worst = 0
        try:
            for _ in range(2048):           # 64 MiB and no window for it
                message = paramiko.Message()
                message.add_bytes(bytes([94]) +
                                  channel.remote_chanid.to_bytes(4, "big") +
                                  string(b"x" * 32768))
                transport._send_message(message)
                worst = max(worst, *(proc.rss(p) for p in workers))
        except (OSError, EOFError):
            pass                            # it was cut off
        time.sleep(0.2)
        worst = max([worst, *(proc.rss(p) for p in workers)])
    check(server.sanitized() or worst - before < 16 << 20,
          f"grew by {worst - before} bytes")
    other.poll().ok()
    check(not server.events.find("worker.exit"), "no worker was lost")


run(test)
