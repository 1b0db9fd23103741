#!/usr/bin/python3
"""What admins see of two servers on one PostgreSQL, and that a change is done
when both have acted on it."""
import json
import os
import re
import signal
import time

from harness import Server, check, eq, eventually, fresh_port, proc, run
from harness.clients import Device
from harness.operators import operator
from harness.postgres import Postgres


def second(t, first, relay):
    """Another server of the same keys."""
    server = Server(t, "b", start=False, node="b",
                    store=first.options["store"])
    server.hostkeys = first.hostkeys
    server.set(host_keys=first.options["host-keys"],
               node_listen=f"127.0.0.3:{relay}")
    server.start()
    return server


def nodes(server):
    return {r["node"]: r for r in server.admin_json("node", "list")}


def both_seen(a):
    eventually(lambda: all(n["state"] == "alive" and
                           n["connections"] is not None and
                           n["lag_changes"] == 0 for n in nodes(a).values())
               and len(nodes(a)) == 2, what="both nodes have a status")
    for node in nodes(a).values():
        eq((node["problem"], node["lag_ms"]), (None, 0), str(node))
        check(node["version"] and node["addr"] and node["stale_limit"] == 60,
              str(node))
    text = a.admin_ok("status").out
    check("All nodes" in text and re.search("(?m)^a +alive", text), text)
    found = a.admin_json("doctor")      # advice alone: it has no standby
    eq([r["problem"] for r in found if r["check"] == "nodes"],
       ["it has no standby", "synchronous_commit is off, to no standby"],
       "the doctor")


def ends_elsewhere(a, b, device):
    """b has the session, and a is asked."""
    device = Device(b, device.name, device.key)
    held = device.login()
    eventually(lambda: [r["node"] for r in a.admin_json("session", "list")] ==
               ["b"], what="b's session is listed")
    number = a.admin_json("session", "list")[0]["session"]
    check(f"b/{number}" in a.admin_ok("session", "list").out, "NODE/SESSION")
    start = time.monotonic()
    a.admin_ok("session", "kill", f"b/{number}")
    eventually(lambda: not held.is_active(), what="it has ended")
    held = device.login()
    eventually(lambda: a.admin_json("session", "list"), what="another one")
    start = time.monotonic()
    done = a.admin_ok("key", "revoke", device.key.fingerprint)
    check(time.monotonic() - start < 2, "it took long")
    check("1 session ended" in done.out, done.out)
    eventually(lambda: not held.is_active(), what="it has ended")


def says_who_did_not(a, b):
    pids = [b.process.pid, *proc.descendants(b.process.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    start = time.monotonic()
    done = a.admin("device", "disable", "kitchen")
    took = time.monotonic() - start
    behind = nodes(a)["b"]
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    check(done.code == 1 and re.search(
        r"1 of 2 nodes did not confirm that within 1 second: b "
        r"\(refuses logins by itself from 20..-..-.. ..:..:..\)",
        done.err), f"{done}")
    check(0.9 < took < 4, f"{took} s")
    check(behind["lag_changes"] > 0 and behind["lag_ms"] >= 900, str(behind))
    eventually(lambda: nodes(a)["b"]["lag_changes"] == 0, what="b follows")
    a.admin_ok("device", "enable", "kitchen")


def by_ssh(a, ada, port):
    """An operator's forward is bound where the operator is."""
    status, out, err = ada.command("node list --json")
    eq(status, 0, err)
    rows = [json.loads(line) for line in out.splitlines()]
    eq([(r["node"], r["state"], r["lag_ms"]) for r in rows],
       [("a", "alive", None), ("b", "alive", None)], "an operator's list")
    status, out, err = ada.command(f"forward open kitchen 22:{port}")
    eq(status, 0, err)
    eq([r["node"] for r in a.admin_json("forward", "list")], ["a"], "its node")
    a.admin_ok("forward", "close", "kitchen")
    done = a.admin("forward", "open", "kitchen", f"22:{port}", "--node", "x")
    check(done.code == 1 and "no such node: x" in done.err, f"{done}")
    a.admin_ok("forward", "open", "kitchen", f"22:{port}", "--node", "b")
    check(re.search(rf"(?m)^kitchen +22 +{port} +b ",
                    a.admin_ok("forward", "list").out), "NODE of a forward")
    a.admin_ok("forward", "close", "kitchen")


def goes(a, b, pg, url):
    """b is drained, and comes back, and dies."""
    check("is alive" in a.admin("node", "remove", "b").err, "removed alive")
    done = a.admin("node", "drain", "b", "--wait")
    eq((done.code, b.process.wait()), (0, 0), f"{done}")
    check(nodes(a).get("b", {"state": "drained"})["state"] == "drained",
          str(nodes(a)))
    b.start()
    eventually(lambda: nodes(a)["b"]["state"] == "alive", what="b is back")
    pids = [b.process.pid, *proc.descendants(b.process.pid)]
    for number in (signal.SIGSTOP, signal.SIGKILL):  # none sees another end
        for pid in pids:
            proc.kill(pid, number)
    b.process.wait()
    pg.psql("UPDATE node SET alive = alive - 20000000 WHERE name = 'b'", url)
    done = a.admin("device", "disable", "kitchen")
    check(done.code == 0 and "cut off from the store" in done.err, f"{done}")
    figures = a.admin_ok("metrics").out
    check('et_node_up{node="b"} 0' in figures and
          'et_node_up{node="a"} 1' in figures, figures)
    check("node remove b" in a.admin("doctor").out, "the doctor of a dead one")
    a.admin_ok("node", "remove", "b")
    eq(list(nodes(a)), ["a"], "who is left")


def test(t):
    pg, relay = Postgres(t), fresh_port()
    pg.createdb("et")
    a = Server(t, "a", start=False, node="a", store=pg.url("et"),
               node_listen=f"127.0.0.2:{relay}",
               operator_ports=["10000-29999"])
    a.start()
    b = second(t, a, relay)
    both_seen(a)
    device = a.device("kitchen", "--tag", "all")
    ada = operator(a, "ada", "operator", "all")
    ends_elsewhere(a, b, device)
    says_who_did_not(a, b)
    by_ssh(a, ada, fresh_port())
    goes(a, b, pg, "et")


run(test)
