#!/usr/bin/python3
"""CAP_NET_BIND_SERVICE is there while a permit or a forward below 1024 is, and
gone for good when the last one goes: a port that listens needs it no more."""
import os

from harness import Server, Skip, check, eventually, fresh_port, proc, run
from harness.device import answers

NET_BIND = 1 << 10


def held(server):
    got = proc.status(server.process.pid)
    return any(int(got[k], 16) & NET_BIND
               for k in ("CapEff", "CapPrm", "CapInh"))


def check_refused(server, device, port):
    after = server.events.mark()
    server.admin_ok("forward", "open", device.name, f"22:{port}")
    device.answer()
    device.tunnel((22, port), client="ssh")
    server.events.wait("forward.refused", after=after, sport=port,
                       reason="port below 1024 needs CAP_NET_BIND_SERVICE")
    server.admin_ok("forward", "close", device.name, port)


def test(t):
    if os.getuid() != 0:
        raise Skip("needs root")
    server = Server(t, start=False)
    server.set(listen=[f"127.0.0.1:{fresh_port(600, 1000)}"])
    server.start()
    device = server.device()
    check(not held(server), "with nothing but a low port that listens")
    check_refused(server, device, fresh_port(600, 1000))

    # It stays as long as the last of them.
    permitted, wanted = fresh_port(600, 1000), fresh_port(600, 1000)
    server.admin_ok("permit", "add", device.name, permitted)
    server.stop()
    server.start()
    server.admin_ok("forward", "open", device.name, f"22:{wanted}")
    server.admin_ok("permit", "remove", device.name, permitted)
    # Some time goes by.
    server.admin_ok("forward", "open", device.name, "23:1024", "--ttl", "2")
    server.wait_state(1024, "expired")
    check(held(server), "while one is wanted")
    device.answer()
    after = server.events.mark()
    device.tunnel((22, wanted))
    server.events.wait("forward.open", after=after, sport=wanted)
    check(answers(wanted), "it is open")
    server.admin_ok("forward", "close", device.name, wanted)
    eventually(lambda: not held(server), what="the capability is gone")
    check_refused(server, device, wanted)

    # A permit that is there at the start brings it back, and its end ends it.
    server.admin_ok("permit", "add", "tag:x", permitted)
    check(not held(server), "a change brings nothing back")
    server.stop()
    server.start()
    check(held(server), "after a restart")
    server.admin_ok("permit", "remove", "tag:x", permitted)
    eventually(lambda: not held(server), what="gone with the permit")


run(test)
