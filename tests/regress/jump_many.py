#!/usr/bin/python3
"""Many operators to as many devices, all at once, by real clients: each gets to
its own device, whether that holds its connection or polls."""
import os
import subprocess

from harness import Server, check, eq, run
from harness.device import Listener, says
from harness.operators import operator
from harness.original import polling
from harness.waiting import Waiting

LONG = "ETPH_LONG" in os.environ
PAIRS = 50 if LONG else 12
TIMES = 2000            # its name is sent so often


def pair(server, n):
    """A device, and an operator who may reach that one: (argv, name)."""
    device = server.device(f"d{n}", "--tag", f"t{n}")
    port = Listener(server.case, says(device.name.encode())).port
    dport = port if n % 3 == 2 else 22
    who = operator(server, f"o{n}", "operator", f"t{n}:22,{port}")
    if n % 3 == 2:
        polling(device, pause=1)
    else:
        server.admin_ok("permit", "add", device.name, "22", "--virtual")
        Waiting(device, ("dbclient", "ssh")[n % 3],
                options=("-R", f"22:localhost:{port}"))
    if n % 2:
        return who.argv("ssh", "-W", f"{device.name}:{dport}"), device.name
    return who.argv("dbclient", "-B", f"{device.name}:{dport}"), device.name


def start(t, argv):
    return t.spawn(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                   stderr=subprocess.DEVNULL)


def test(t):
    server = Server(t, per_source_max_startups=1000)
    pairs = [pair(server, n) for n in range(PAIRS)]
    running = [(start(t, argv), name) for argv, name in pairs]
    for process, name in running:
        process.stdin.write(name.encode() * TIMES)
        process.stdin.flush()
    for process, name in running:
        want = name.encode() * (TIMES + 1)
        eq(process.stdout.read(len(want)), want, f"to {name} and back")
        process.stdin.close()
    for process, _ in running:
        process.wait(60)
    opened = server.events.find("jump.open")
    eq(sorted((e["operator"], e["device"]) for e in opened),
       sorted((f"o{n}", f"d{n}") for n in range(PAIRS)), "who got where")
    closed = server.events.wait("jump.close", count=PAIRS)
    check(closed["bytes_out"] >= 2 * TIMES, closed)
    # Nobody gets to another's.
    own = pairs[1][0]
    refused = start(t, [w if w != "d1:22" else "d0:22" for w in own])
    check(refused.wait(60) != 0, "another's device")
    server.events.wait("jump.refused", operator="o1", reason="not granted")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test, 600)
