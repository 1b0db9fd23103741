#!/usr/bin/python3
"""A jump by one node to a device that another node holds: every byte both ways
and both ends, by a ticket that is used once.  A wish on C reaches a device that
waits on A, which opens its tunnel on B; a device that polls anywhere hears."""
import os
import threading

from harness import check, dial, eq, eventually, fresh_port, run
from harness.cluster import Cluster, at
from harness.device import (BLOCK, Listener, block_service, digest,
                            receive_digest, says, send_blocks)
from harness.held import leads, reach
from harness.operators import operator, talk
from harness.original import polling
from harness.waiting import Waiting

MIB = 256 if "ETPH_LONG" in os.environ else 8


def transfer(local, got):
    with dial(local) as s:
        s.settimeout(120)
        sender = threading.Thread(target=send_blocks, args=(s, MIB),
                                  daemon=True)
        sender.start()
        eq(receive_digest(s, MIB), digest(MIB), "from the device")
        sender.join()
        eq(s.recv(1), b"", "the device's end")
    eq(got.get(timeout=120), digest(MIB), "to the device")


def held(c, t, alice, device):
    """Its connection is on the first node, its ports stand there."""
    service, got = block_service(t, MIB)
    name = Listener(t, says(b"roof")).port
    wait = Waiting(at(device, c[0]), "ssh", options=(
        "-R", f"22:localhost:{name}", "-R", f"23:localhost:{service}"))
    c[0].events.wait("forward.open", device="roof", count=2)
    eventually(lambda: len(c.tunnels()) == 2, what="rows of its tunnels")
    for node in c:
        reach(at(alice, node), "roof").close()
        closed = node.events.wait("jump.close", device="roof")
        eq(closed["bytes_in"], len("roofhello"), f"bytes: {closed}")
    # The node that has the tunnel pipes; the others ask it by a ticket.
    for node in c[1], c[2]:
        row = node.events.wait("relay.close", device="roof")
        eq(row["bytes_in"], len("roofhello"), f"bytes: {row}")
    c[0].events.wait("relay.close", count=2, device="roof")
    local = fresh_port()
    ssh = at(alice, c[2]).forward(f"{local}:roof:23")
    leads(local)
    transfer(local, got)
    closed = c[2].events.wait("jump.close", device="roof",
                              bytes_in=MIB * BLOCK)
    eq(closed["bytes_out"], MIB * BLOCK, "bytes in the event")
    eq(c.events.find("jump.wait"), [], "jumps that waited")
    ssh.kill()
    wait.end()
    eventually(lambda: c.tunnels() == [], what="no tunnel is left", every=0.05)


def wished(c, t, alice):
    """Waits on A, opens on B, for C's operator."""
    device = c.device("barn", "--tag", "lab")
    c.settle()
    service = Listener(t, says(b"barn")).port
    wait = Waiting(at(device, c[0]))
    result = []
    jump = threading.Thread(target=lambda: result.append(
        reach(at(alice, c[2]), "barn")), daemon=True)
    jump.start()
    dport, sport = map(int, wait.line().split(":"))
    eq(dport, 22, "what it is told")
    tunnel = at(device, c[1]).tunnel((service, sport))
    jump.join(60)
    check(result, "the jump is there")
    c[1].events.wait("forward.open", device="barn", sport=sport)
    c[1].events.wait("relay.open", device="barn")
    eq(talk(result[0], b"more"), b"more", "the echo")
    result[0].close()
    c[2].events.wait("jump.close", device="barn")
    tunnel.kill()
    wait.end()


def polled(c, t, alice):
    """A device of the first version polls behind HAProxy."""
    device = c.device("shed", "--tag", "lab")
    c.settle()
    service = Listener(t, says(b"shed")).port
    polling(device, pause=0.3)
    for node in c:
        reach(at(alice, node), "shed", service).close()


def test(t):
    c = Cluster(t, reach_idle=2, reach_timeout=30)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    device = c.device("roof", "--tag", "lab")
    c[0].admin_ok("permit", "add", "roof", "22-23", "--virtual")
    c.settle()
    held(c, t, alice, device)
    wished(c, t, alice)
    polled(c, t, alice)
    eventually(lambda: c.wishes() == [], what="no wish is left", every=0.05)
    eventually(lambda: c.tunnels() == [], what="no tunnel is left", every=0.05)
    eq(c.sql("SELECT count(*) FROM ticket"), [["0"]], "tickets that are left")
    eq(c.events.find("worker.exit"), [], "workers that ended")


run(test)
