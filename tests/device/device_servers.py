#!/usr/bin/python3
"""When the client polls next: a second of its own, the server's "next=", longer
and longer while no server is there; and which server: the first that is."""
import re

from router import Router, Server, SERVER_AT, check, eventually, must, run
from harness import eq

SECOND_AT = "192.0.2.9"
ASK = ". /usr/sbin/et-phone-home; "


def sourced(r, script):
    return r.run("env", "ET_SOURCED=1", "/bin/sh", "-c", ASK + script).ok().out


def delays(r):
    """Of the id's own, and of the failures; no longer than ten minutes."""
    r.configure(interval=60)
    out = sourced(r, "settings; for failures in 0 1 2 3 4 5 6 60; do "
                  "set_delay; echo $delay; done").split()
    got = [int(x) for x in out]
    eq(got[0], 60, "the interval")
    check(got[1:] == sorted(got[1:]) and 60 <= got[1] < 80,
          f"longer and longer: {got}")
    check(600 <= got[-1] <= 750, f"ten minutes, and a part of its own: {got}")
    first = {ident: int(sourced(
        r, f"settings; id={ident}; hash=$(printf %s \"$id\" | md5sum | "
        "cut -c -4); hash=$((0x$hash)); echo $((hash % 60))"))
        for ident in (f"6466b34bde{n:02x}" for n in range(24))}
    check(len(set(first.values())) > 8, f"seconds of their own: {first}")
    r.configure()


def test(t):
    r = Router(t)
    delays(r)
    # "next=" is obeyed once: the server says it while a forward is on its way.
    eq(sourced(r, "settings; next=5; set_delay; echo $delay; set_delay; "
               "echo $delay").split(), ["5", "1"], "the hint, then as before")

    # Two servers: the first is preferred, the second asked while it is away.
    must("ip", "addr", "add", f"{SECOND_AT}/24", "dev", "inet")
    second = Server(t, "second", listen=[f"{SECOND_AT}:0"], rsa=True)
    second.admin_ok("device", "add", r.ident, "--key", r.device.key.pub)
    known = r.root / "etc/et-phone-home/.ssh/known_hosts"
    known.write_text(known.read_text() + "".join(
        f"{SECOND_AT} {k.type} {k.base64}\n" for k in second.hostkeys))
    one, two = f"{SERVER_AT}:{r.server.port}", f"{SECOND_AT}:{second.port}"
    r.configure(server=f"{one} {two}")
    r.start_client()
    r.server.events.wait("heartbeat", count=2)
    eq(second.events.find("heartbeat"), [], "the second is not asked")
    r.server.stop()
    second.events.wait("heartbeat", count=2)
    r.server.set(listen=[one])
    after = r.server.events.mark()
    r.server.start()
    r.server.events.wait("heartbeat", after=after, count=2)
    r.stop()
    said = [line for line in r.log().splitlines() if one in line]
    check(len(said) < 6, f"it is said once, not at every poll: {said}")
    check(re.search(r"\d", "".join(said)), "it is said")
    eventually(lambda: not r.pids(), what="nothing is left")


run(test)
