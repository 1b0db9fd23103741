#!/usr/bin/python3
"""Three nodes on one PostgreSQL behind HAProxy: any node answers any device's
poll, and tells it what was asked on another; the device is online for all."""
from harness import LEGACY, check, eq, eventually, fresh_port, run
from harness.cluster import Cluster, at

WORDS = (LEGACY, "poll 1", "poll 1")
SOURCES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")


def by_each(c, device):
    for node in c:
        for client in ("dbclient", "ssh"):
            eq(at(device, node).answer(client=client), ["0"],
               f"{client} at {node.node}")
        node.events.wait("heartbeat", device=device.name, count=2)


def by_haproxy(c, device):
    """Wherever it sends them, with the client's own address."""
    for source in SOURCES:
        after = c.events.mark()
        device.poll(options=("-b", source)).ok()
        c.events.wait("heartbeat", after=after, addr=source)
    check(len({e["node"] for e in c.events.find("heartbeat", addr=lambda a:
                                                a in SOURCES)}) > 1,
          "HAProxy used more than one node")


def asked_and_told(c, device):
    """Asked on each node, told by the next one, opened on the third."""
    for n, node in enumerate(c):
        port = fresh_port()
        teller, opener = c[(n + 1) % 3], c[(n + 2) % 3]
        node.admin_ok("forward", "open", device.name, f"22:{port}")
        c.settle()
        eq(at(device, teller).answer(WORDS[n]), [f"22:{port}"],
           f"asked on {node.node}, told by {teller.node}")
        after = opener.events.mark()
        tunnel = at(device, opener).tunnel((22, port))
        opener.events.wait("forward.open", after=after, sport=port)
        node.wait_state(port, "open")
        node.admin_ok("forward", "close", device.name, port)
        opener.events.wait("forward.close", after=after, sport=port)
        tunnel.kill()
        tunnel.wait()
    eventually(lambda: c.tunnels() == [], what="no tunnel is left", every=0.05)


def test(t):
    c = Cluster(t)
    device = c.device("roof")
    c.settle()
    by_each(c, device)
    for node in c:
        row, = node.admin_json("device", "list")
        eq(row["state"], "online", f"by {node.node}")
    by_haproxy(c, device)
    asked_and_told(c, device)
    # By none if it polled before one of them led, which takes a second.
    check(len(c.events.find("device.online", device="roof")) <= 1,
          "device.online, on all nodes")
    eq(c.events.find(("login.refused", "worker.exit", "keeper.exit")), [],
       "what went wrong")


run(test)
