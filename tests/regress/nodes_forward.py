#!/usr/bin/python3
"""A listed forward that was asked on A is bound on A, wherever the device opens
its tunnel; each connection carries every byte and both ends.  A device that
opens it again on C leaves B; --node names another node; a close is everywhere."""
import socket

from harness import check, eq, eventually, fresh_port, run
from harness.cluster import Cluster, at
from harness.device import Listener, answers_at_eof, echo


def dial(node, port):
    return socket.create_connection((node.address, port), 30)


def listens(node, port):
    try:
        dial(node, port).close()
        return True
    except OSError:
        return False


def echoes(node, port):
    with dial(node, port) as s:
        s.settimeout(30)
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", f"echo by {node.node}")


def opened(c, device, service, port, node):
    after = node.events.mark()
    tunnel = at(device, node).tunnel((service, port))
    node.events.wait("forward.open", after=after, sport=port)
    eventually(lambda: [row[2] for row in c.tunnels() if row[1] == str(port)]
               == [node.node], what=f"the tunnel is on {node.node}", every=0.02)
    return tunnel


def end(tunnel):
    tunnel.kill()
    tunnel.wait()


def asked_on_a(c, device, t):
    service, port = Listener(t, echo).port, fresh_port()
    c[0].admin_ok("forward", "open", "roof", f"{service}:{port}", "--node",
                  "n1")
    c.settle()
    first = opened(c, device, service, port, c[1])
    eventually(lambda: listens(c[0], port), what="bound on n1", every=0.05)
    check(not listens(c[1], port), "not bound where the tunnel is")
    after = c[1].events.mark()
    echoes(c[0], port)
    row = c[1].events.wait("relay.close", after=after, sport=port)
    check(row["node"], row)
    # A stale session: the device opens it again, on the third node.
    second = opened(c, device, service, port, c[2])
    c[1].events.wait("forward.close", after=after, sport=port)
    eventually(lambda: listens(c[0], port), what="bound still", every=0.05)
    echoes(c[0], port)
    end(first)
    # On the node itself, as with one server.
    third = opened(c, device, service, port, c[0])
    echoes(c[0], port)
    end(second)
    c[1].admin_ok("forward", "close", "roof", port)
    c[0].events.wait("forward.close", sport=port)
    check(not listens(c[0], port), "closed when the command returns")
    end(third)


def by_name(c, device, t):
    """--node, by a command on another one; and half-closed ends."""
    service, port = Listener(t, answers_at_eof).port, fresh_port()
    c[0].admin_ok("forward", "open", "roof", f"{service}:{port}", "--node",
                  "n3")
    c.settle()
    tunnel = opened(c, device, service, port, c[1])
    eventually(lambda: listens(c[2], port), what="bound on n3", every=0.05)
    with dial(c[2], port) as s:
        s.settimeout(30)
        s.sendall(b"x" * 100000)
        s.shutdown(socket.SHUT_WR)
        eq(s.recv(100), b"got 100000", "after the end of one direction")
    rows = c[0].admin_json("forward", "list")
    eq([row["node"] for row in rows if row["sport"] == port], ["n3"],
       "forward list")
    end(tunnel)
    eventually(lambda: not listens(c[2], port), what="unbound", every=0.05)


def test(t):
    c = Cluster(t, haproxy=False)
    device = c.device("roof")
    c.settle()
    asked_on_a(c, device, t)
    by_name(c, device, t)
    eventually(lambda: c.tunnels() == [], what="no tunnel is left", every=0.05)
    eq(c.events.find("worker.exit"), [], "workers that ended")


run(test)
