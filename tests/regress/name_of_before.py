#!/usr/bin/python3
"""A store in which names mean two devices already: nothing in it is refused, but
what is typed leads to the right one or nowhere, and et-admin doctor says what to
rename; then all is well, and the device logs in by its new id."""
import json

from harness import Key, Server, check, eq, run
from harness.clients import Device
from harness.device import Listener, says
from harness.enrolment import Token
from harness.operators import operator
from harness.store import plant_device

REAL = "6466b34bde54"
PREFIXED, HYPHENS = f"device{REAL}", "64-66-b3-4b-de-54"
ALONE = "devicebarn"


def held(server, device, text):
    """Its port 22 is ready for jumps, and says this."""
    port = Listener(server.case, says(text)).port
    device.tunnel((port, 22))
    server.events.wait("forward.open", device=device.name)


def reached(alice, name):
    """What the device says to which this leads; None: it leads nowhere."""
    channel = alice.open(name, 22)
    if channel is None:
        return None
    got = channel.recv(100)
    channel.close()
    return got


def two(server, alice, name):
    """It means two devices: a jump and et-admin are refused, and say so."""
    after = server.events.mark()
    eq(reached(alice, name), None, f"a jump to {name}")
    event = server.events.wait("jump.refused", after=after)
    eq((event["target"], event["reason"]), (name, "name means two devices"),
       "the event")
    for command in (("device", "show", name), ("device", "remove", name),
                    ("device", "rename", name, "mine"), ("connect", name),
                    ("session", "kill", name), ("forward", "open", name,
                                                "22:9876")):
        done = server.admin(*command)
        check(done.code == 1 and
              f"{name} means two devices: use id:" in done.err, str(done))


def findings(server, code):
    done = server.admin("doctor", "--json")
    eq(done.code, code, str(done))
    rows = [json.loads(line) for line in done.out.splitlines()]
    return {(r["kind"], r["name"]): r for r in rows if r["check"] == "names"}


def plant(t, server):
    """Who was quick with a fleet's token before, and one that is honest."""
    keys = {name: Key(t, name) for name in (PREFIXED, HYPHENS, ALONE)}
    server.stop()
    for name, key in keys.items():
        plant_device(server, name, key, tags="lab")
    server.start()
    return {name: Device(server, name, key, user=name)
            for name, key in keys.items()}


def test(t):
    server = Server(t)
    real = server.device(REAL, "--alias", "roof", "--tag", "lab")
    alice = operator(server, "alice", "operator", "lab")
    server.admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    devices = plant(t, server)
    for device in (*devices.values(), real):
        eq(device.answer(), ["0"], f"{device.name} goes on")
        held(server, device, device.name.encode())
    # What may be written for the real one leads there.
    for name in (REAL, "64:66:B3:4B:DE:54", "device64:66:b3:4b:de:54", "roof",
                 "deviceroof"):
        eq(reached(alice, name), REAL.encode(), name)
    two(server, alice, PREFIXED)
    two(server, alice, HYPHENS)
    # It may register again, with the key that it has.
    token = Token(server, "--uses", "9")
    eq(token.enroll(ALONE, devices[ALONE].key).ok().out,
       f"enrolled {ALONE}\n", "again")
    # The honest one has a name that is not canonical, and means one device.
    eq(reached(alice, ALONE), ALONE.encode(), ALONE)
    server.admin_ok("device", "show", ALONE)

    found = findings(server, 1)
    eq(set(found), {("device", n) for n in devices}, "what doctor finds")
    for name in (PREFIXED, HYPHENS):
        row = found["device", name]
        check(REAL in row["problem"] and
              f"et-admin device remove id:{name}" in row["remedy"], str(row))
    row = found["device", ALONE]
    eq(row["remedy"], f"et-admin device rename id:{ALONE} barn", "remedy")
    # What it says is done, word for word.
    server.admin_ok(*row["remedy"].split()[1:])
    devices[ALONE].name = "barn"
    eq(devices[ALONE].answer(), ["0"], "devicebarn is its user name")
    eq(reached(alice, "devicebarn"), ALONE.encode(), "devicebarn")
    server.admin_ok("device", "remove", f"id:{PREFIXED}")
    # Another id without a login refused: an alias, the device's id, the id.
    honest = devices[HYPHENS]
    server.admin_ok("device", "alias", f"id:{HYPHENS}", "shed")
    eq(honest.answer(), ["0"], "by the old id")
    honest.user = "shed"
    eq(honest.answer(), ["0"], "by the alias")
    done = server.admin_ok("device", "rename", f"id:{HYPHENS}", "shed")
    eq(done.out, f"device {HYPHENS} renamed to shed\n", "rename")
    eq(honest.answer(), ["0"], "by the new id")
    eq(server.admin("doctor").ok().out.splitlines()[0], "no names to change",
       "doctor")
    eq(findings(server, 0), {}, "findings")
    for name in (PREFIXED, HYPHENS):
        eq(reached(alice, name), REAL.encode(), name)


run(test)
