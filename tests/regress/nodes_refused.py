#!/usr/bin/python3
"""A node of a name that another one has is refused at its start, and so is one
with other host keys, which it names; the first go on."""
from harness import Key, check, eq, run
from harness.cluster import Cluster, Node, at


def test(t):
    c = Cluster(t, nodes=2, haproxy=False)
    device = c.device("roof")
    c.settle()
    twin = Node(c, 4, name="n1")
    done = twin.fails()
    check("node n1 is running already" in done.err and
          "give this server another name (node)\n" in done.err, done)
    other = Node(c, 5, hostkeys=[Key(t, "other-host")])
    done = other.fails()
    check("n1 has another ed25519 host key" in done.err, done)
    eq(sorted(c.alive()), ["n1", "n2"], "nodes")
    for node in c:
        check(node.process.poll() is None, f"{node.node} runs")
        eq(node.events.find("keeper.exit"), [], "keepers that ended")
        at(device, node).poll().ok()
    third = c.node(3)
    c.nodes.append(third)
    third.start()
    c.joined()
    at(device, third).poll().ok()


run(test)
