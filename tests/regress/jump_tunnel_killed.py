#!/usr/bin/python3
"""Two operators wait for one device and share its tunnel; it is killed in the
middle: their sessions end at once, and the next jump works."""
import threading

from harness import Server, check, eq, eventually, run
from harness.case import end
from harness.device import Listener, echo
from harness.operators import operator, talk
from harness.original import original
from harness.waiting import Waiting


def ask(person, name, port, got):
    got.append(person.open(name, port, timeout=60))


def test(t):
    server = Server(t)
    device = server.device("6466b34bde54", "--tag", "lab")
    port = Listener(t, echo).port
    people = [operator(server, name, "operator", f"lab:{port}")
              for name in ("alice", "bob")]
    got, threads = [], []
    for person in people:
        threads.append(threading.Thread(target=ask, daemon=True, args=(
            person, device.name, port, got)))
        threads[-1].start()
    server.events.wait("jump.wait", count=2)
    tunnel = t.spawn(original(device))
    for thread in threads:
        thread.join(60)
    check(len(got) == 2 and all(got), f"both get in: {got}")
    for channel in got:
        eq(talk(channel), b"hello", "the echo")
    eq(len(server.events.find("forward.open")), 1, "one tunnel serves both")
    eq(len(server.events.find("heartbeat")), 1, "and one poll")
    end(tunnel)
    for channel in got:
        eq(channel.recv(1), b"", "it ends at once")
    server.events.wait("jump.close", count=2, device=device.name)
    eventually(lambda: not [r for r in server.admin_json("forward", "list")
                            if r["virtual"]], what="no wish is left",
               every=0.05)
    # The next, by a device that waits and is told at once.
    wait = Waiting(device)
    again = []
    thread = threading.Thread(target=ask, daemon=True, args=(
        people[0], device.name, port, again))
    thread.start()
    eq(wait.line(), f"{port}:{port}", "told")
    device.tunnel((port, port))
    thread.join(60)
    check(again and again[0], "the next works")
    eq(talk(again[0]), b"hello", "the echo")
    # The grant goes, and the jump with it, in the same breath.
    after = server.events.mark()
    server.admin_ok("device", "tag", device.name, "-lab")
    eq(again[0].recv(1), b"", "the grant is gone")
    server.events.wait("jump.close", after=after, reason="no longer granted")
    check(people[0].open(device.name, port) is None, "and another is refused")
    # The operator goes: what they have open ends before the command returns.
    server.admin_ok("device", "tag", device.name, "+lab")
    channel = people[1].open(device.name, port)
    eq(talk(channel), b"hello", "the echo")
    server.admin_ok("operator", "remove", "bob")
    eq(len(server.events.find("jump.close", operator="bob")), 2,
       "ended when it returns")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
