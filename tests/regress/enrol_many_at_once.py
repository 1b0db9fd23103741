#!/usr/bin/python3
"""Many devices register themselves at the same moment: one token is checked
after the other, the memory is flat, and polls go on beside it."""
import base64
import os
import threading
import time

from harness import SANITIZED, Server, check, eq, proc, run
from harness.enrolment import Token

LONG = "ETPH_LONG" in os.environ
CLIENTS = 1000 if LONG else 60
AT_ONCE = 100 if LONG else 30
ONE = 19 << 20          # bytes that one check takes


def key(n):
    """A public key that nobody has the other half of."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + n.to_bytes(32, "big")
    return "ssh-ed25519 " + base64.b64encode(blob).decode()


def peak(pid):
    return int(proc.status(pid)["VmHWM"].split()[0]) << 10


def test(t):
    server = Server(t, per_source_max_startups=AT_ONCE + 4,
                    max_startups=AT_ONCE + 4)
    device = server.device()
    token = Token(server, "--uses", CLIENTS)
    token.login().close()               # it has been done once
    pids = {"keeper": server.keeper(), "monitor": server.process.pid}
    before = {name: proc.rss(pid) for name, pid in pids.items()}
    gate, failed = threading.Semaphore(AT_ONCE), []

    def enroll(n):
        with gate:
            try:
                transport = token.login()
                channel = transport.open_session()
                channel.exec_command(f"enroll 1 d{n} {key(n)}")
                said = channel.makefile().read()
                transport.close()
                if said != f"enrolled d{n}\n".encode():
                    failed.append((n, said))
            except Exception as error:
                failed.append((n, repr(error)))
    start = time.monotonic()
    threads = [threading.Thread(target=enroll, args=(n,), daemon=True)
               for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    polls, slowest = 0, 0
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        device.poll().ok()
        polls, slowest = polls + 1, max(slowest, time.monotonic() - began)
    took = time.monotonic() - start
    eq(failed, [], "those that failed")
    eq(len(server.admin_json("device", "list")), CLIENTS + 1, "devices")
    print(f"{CLIENTS} devices, {AT_ONCE} at a time, in {took:.1f} s; {polls} "
          f"polls meanwhile, the slowest in {slowest:.2f} s")
    if SANITIZED:
        return
    for name, pid in pids.items():
        grown = proc.rss(pid) - before[name]
        print(f"{name}: {before[name] >> 10} KiB, {grown >> 10} more, at the "
              f"most {peak(pid) >> 10}")
        check(grown < 4 << 20, f"{name}: {grown} bytes more")
    check(peak(pids["keeper"]) < before["keeper"] + ONE * 3 // 2,
          "the keeper checked more than one at a time")


run(test, 600 if LONG else 120)
