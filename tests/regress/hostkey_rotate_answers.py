#!/usr/bin/python3
"""An announcement is for devices that ask for it, and have another one: all others
have the answers of before.  A device that waits hears of it, and of its end."""
import hashlib

from harness import LEGACY, Server, check, eq, fresh_port, run
from harness.waiting import Waiting


def test(t):
    server = Server(t, rsa=True)
    device = server.device()
    for command in ("poll 1", "poll 1 pins=0 up=5", "poll 1 up=5 pins=0"):
        eq(device.answer(command), ["0"], f"{command}: nothing is announced")
    asks, old = Waiting(device, command="wait 1 pins=0"), Waiting(device)
    after = server.events.mark()
    server.admin("hostkey", "rotate", "begin").ok()
    server.admin("hostkey", "rotate", "server", "b.example:443").ok()
    server.events.wait("hostkeys", after=after, reason="announced")
    shown = server.admin_json("hostkey", "show")
    pins = [f"pin={row['known_hosts'].split(' ', 1)[1]}" for row in shown
            if row["path"].endswith(".next")]
    eq([p.split()[0] for p in pins], ["pin=ssh-ed25519", "pin=ssh-rsa"],
       "a new one of each type")
    path = server.hostkeys[0].openssh
    text = path.with_name(path.name + ".announced").read_text()
    lines = text.splitlines()
    eq(lines[1:-2], [*pins, "server=b.example:443"], "what is announced")
    eq([x.split("=")[0] for x in (lines[0], *lines[-2:])],
       ["serial", "usign", "sshsig"], "and the signatures of it")
    mark = hashlib.md5(text.encode()).hexdigest()[:16]
    lines.append(f"pins={mark}")
    got = [asks.line()]
    while got[-1] != lines[-1]:         # it was read between the two commands
        got.append(asks.line())
    got = got[-len(lines):]
    eq(got, lines, "one that waits")

    for client in ("dbclient", "ssh"):
        for command in (LEGACY, "poll 1", "poll 1 up=5", "poll 1 xpins=0",
                        f"poll 1 pins={mark}", "poll 1 pins=" + "0" * 32):
            eq(device.answer(command, client), ["0"], f"{client}: {command}")
        for said in ("0", "0123456789abcdef"):
            eq(device.answer(f"poll 1 up=5 pins={said}", client),
               ["0", *lines], f"{client}: pins={said}")
    server.events.wait("hostkeys.unknown", pins="0123456789abcdef", count=2)
    eq(len(server.events.find("hostkeys.unknown")), 2, "what is unknown")
    new = Waiting(device, command="wait 1 pins=0")
    eq([new.line() for _ in lines], lines, "one that waits since")
    other, port = server.device("other"), fresh_port()
    for dev in (device, other):
        server.admin_ok("forward", "open", dev.name, f"22:{port}")
        port += 1
    eq(new.line(), f"22:{port - 2}", "it is told as before")
    eq(other.answer("poll 1 pins=0"), [f"22:{port - 1}", *lines],
       "behind the forwards")

    server.admin("hostkey", "rotate", "abort").ok()
    server.events.wait("hostkeys", reason="no longer announced")
    eq(asks.line(), "pins=0", "one that waits forgets it")
    check(old.silent(), "one that does not ask is told nothing")
    eq(device.answer(f"poll 1 pins={mark}")[-1], "pins=0", "one that polls")
    eq(device.answer("poll 1 pins=0")[-1].startswith("pins"), False, "forgotten")
    eq(len(server.events.find("hostkeys.unknown")), 2, "it was known")
    eq([r["path"] for r in server.admin_json("hostkey", "show")
        if r["path"].endswith(".next")], [], "the new keys are gone")
    check(server.admin("hostkey", "rotate", "status").code == 1, "nothing runs")


run(test)
