#!/usr/bin/python3
"""A jump within one worker and across two: many bytes both ways at once with
their checksum, new keys in the middle, the tunnel killed in the middle."""
import os
import threading
import time

from harness import check, eq, run
from harness.case import end
from harness.device import (BLOCK, Listener, block_service, digest, endless,
                            receive_digest, send_blocks)
from harness.jumps import Way

LONG = "ETPH_LONG" in os.environ
MIB = 1024 if LONG else 64
REKEYED = 16            # MiB
REVOKED = 20


def drain(s):
    """What comes until the end."""
    try:
        while s.recv(1 << 20):
            pass
    except ConnectionError:
        pass


def transfer(way, port, got, count):
    """Both ways at once; the EOF comes last."""
    with way.dial(port) as s:
        sender = threading.Thread(target=send_blocks, args=(s, count),
                                  daemon=True)
        sender.start()
        eq(receive_digest(s, count), digest(count), "from the device")
        sender.join()
        eq(s.recv(1), b"", "the end")
    eq(got.get(timeout=120), digest(count), "to the device")
    closed = way.server.events.wait("jump.close", bytes_in=count * BLOCK,
                                    bytes_out=count * BLOCK)
    eq((closed["operator"], closed["device"], closed["dport"]),
       ("alice", way.name, port), "the event")
    check(closed["ms"] > 0, "its time")


def revoked(way, port):
    """The grant is gone in the middle of it: so is the jump, at once."""
    with way.dial(port) as s:
        check(s.recv(1 << 20), "data flows")
        way.server.admin_ok("device", "tag", way.name, "-lab")
        start = time.monotonic()
        drain(s)
        check(time.monotonic() - start < 20, "at once")
    way.server.events.wait("jump.close", dport=port,
                           reason="no longer granted")
    way.server.admin_ok("device", "tag", way.name, "+lab")
    with way.dial(port) as s:
        check(s.recv(1 << 20), "and another, when it is granted again")


def killed(way, port):
    """The device is gone in the middle of it: the operator hears at once."""
    after = way.server.events.mark()
    with way.dial(port) as s:
        check(s.recv(1 << 20), "data flows")
        jump = way.server.events.wait("jump.open", after=after,
                                      dport=port)["jump"]
        end(way.tunnel)
        drain(s)
        # That of the jump before may come as late.
        closed = way.server.events.wait("jump.close", jump=jump)
    check(closed["bytes_in"] > 0, f"bytes: {closed}")
    # Its own end may be known before that of all of the connection.
    check(closed["reason"] in ("tunnel lost", "closed"), closed)


def test(t):
    source = Listener(t, endless).port
    for workers in (1, 2):
        service, got = block_service(t, MIB)
        way = Way(t, workers, "dbclient", ports=(service, source))
        transfer(way, service, got, MIB)
        # Each time dbclient gets CLOSE while it sends: it ends its connection
        # if anything for that channel follows.
        for _ in range(REVOKED):
            revoked(way, source)
        killed(way, source)
        way.end()
        service, got = block_service(t, REKEYED)
        way = Way(t, workers, "ssh", ("-v", "-o", "RekeyLimit=6M"),
                  ports=(service,))
        transfer(way, service, got, REKEYED)
        for log in ("forward-*", "tunnel-*"):
            said = "".join(p.read_text(errors="replace")
                           for p in t.dir.glob(log))
            check(said.count("SSH2_MSG_NEWKEYS received") >= 3 * workers,
                  f"it did rekey: {log}")
        way.end()


run(test, 1200 if LONG else 120)
