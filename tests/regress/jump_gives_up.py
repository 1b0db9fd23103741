#!/usr/bin/python3
"""An operator who gives up, and a device that never comes: what was wished
for is withdrawn, and the events and device show say why."""
import os
import signal
import threading

from harness import Server, check, eq, eventually, run
from harness.operators import operator
from harness.waiting import Waiting


def ask(transport, name, port):
    """Ask for a channel and do not wait for the answer."""
    def work():
        try:
            transport.open_channel("direct-tcpip", (name, port), ("x", 1),
                                   timeout=60)
        except Exception:       # the transport is closed under it
            pass
    threading.Thread(target=work, daemon=True).start()


def wishes(server):
    return [(r["device"], r["dport"], r["state"]) for r in
            server.admin_json("forward", "list") if r["virtual"]]


def last_jump(server, device):
    row = server.admin_json("device", "show", device.name)[0]["last_jump"]
    return row and (row["dport"], row["reason"])


def wait_wishes(server, *want):
    eventually(lambda: wishes(server) == list(want), what=f"wishes {want}",
               every=0.05)


def gives_up(t, server, device, alice):
    argv = [*alice.jump(22, alice.key), f"root@{device.name}", "true"]
    waiting = t.spawn(argv)
    server.events.wait("jump.wait", operator="alice", dport=22)
    wait_wishes(server, (device.name, 22, "queued"))
    os.killpg(waiting.pid, signal.SIGINT)       # Ctrl-C, in a terminal
    refused = server.events.wait("jump.refused", dport=22)
    eq((refused["device"], refused["reason"]),
       (device.name, "canceled by the operator"), "the event")
    wait_wishes(server)
    eq(device.answer(), ["0"], "the next poll")
    eq(last_jump(server, device), (22, "canceled by the operator"), "device show")


def another_stays(server, device, alice, bob):
    """One of two gives up: the wish is the other's."""
    one, two = alice.login(), bob.login()
    for transport in (one, two):
        ask(transport, device.name, 80)
    server.events.wait("jump.wait", dport=80, count=2)
    one.close()
    server.events.wait("jump.refused", dport=80, operator="alice")
    wait_wishes(server, (device.name, 80, "queued"))
    two.close()
    wait_wishes(server)


def never_polls(server, device, alice):
    server.set(reach_timeout=2)
    server.events.wait("reload", after=server.hup())
    check(alice.open(device.name, 81) is None, "it is refused")
    server.events.wait("jump.refused", dport=81,
                       reason="device did not poll within 2 s")
    wait_wishes(server)
    eq(last_jump(server, device), (81, "device did not poll within 2 s"),
       "device show")


def does_not_open(server, device, alice):
    """The answer was there, the tunnel does not come."""
    server.set(reach_timeout=60, redeliver=6)
    server.events.wait("reload", after=server.hup())
    ask(alice.login(), device.name, 82)
    server.events.wait("jump.wait", dport=82)
    eq(device.answer(), ["82:82"], "the poll")
    wait_wishes(server, (device.name, 82, "delivered"))
    why = "did not open port 82 within 6 s of its poll"
    server.events.wait("jump.refused", dport=82, reason=why)
    wait_wishes(server)
    eq(last_jump(server, device), (82, why), "device show")
    # What it then opens is no longer wanted.
    after = server.events.mark()
    tunnel = device.tunnel((82, 82))
    server.events.wait("forward.refused", after=after, sport=82)
    tunnel.wait()


def told_to_close(server, device, alice):
    """A device that waits hears of the wish at once, and of its end."""
    wait = Waiting(device)
    transport = alice.login()
    ask(transport, device.name, 83)
    eq(wait.line(), "83:83", "told")
    transport.close()
    eq(wait.line(), "close 83", "told")
    wait.end()


def test(t):
    server = Server(t)
    device = server.device("kitchen", "--tag", "lab")
    alice = operator(server, "alice", "operator", "lab:22,80-90")
    bob = operator(server, "bob", "admin")
    gives_up(t, server, device, alice)
    another_stays(server, device, alice, bob)
    told_to_close(server, device, alice)
    never_polls(server, device, alice)
    does_not_open(server, device, alice)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
