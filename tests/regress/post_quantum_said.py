#!/usr/bin/python3
"""Whether key exchange is post-quantum is said by the start, by -t, by status
and by doctor, as what is offered has it; and if it is not, what makes it so."""
import json
import re

from harness import Server, check, eq, eventually, run
from harness.packets import offered

HYBRID = ("mlkem", "sntrup")


def status(server):
    done = server.admin("status", "--json").ok()
    return json.loads(done.out)["nodes"][0]["status"]


def test(t):
    server = Server(t, start=False)
    tried = t.run(server.command("-t")).ok()
    server.start()
    kex = offered(server)["kex"][0]
    safe = kex.startswith(HYBRID)
    start = server.events.wait("start")
    eq((start["kex"], start["post_quantum"]), (kex, safe), "the start")
    check(re.fullmatch(r"0\.\d+\.\d+", start["libssh"]), start["libssh"])
    eq("post-quantum key exchange" in start["without"], not safe, "without")
    for text in (server.errors(), tried.err):
        eq("key exchange is not post-quantum" in text, not safe, text)
        eq("/libssh.sh installs" in text, not safe, text)
    eq(f"key exchange is post-quantum: {kex}" in tried.out, safe, "-t")

    eventually(lambda: status(server), what="the server's status")
    now = status(server)
    eq((now["kex"], now["post_quantum"], now["libssh"]),
       (kex, safe, start["libssh"]), "status")
    command = now.get("post_quantum_command", "")
    eq(bool(re.fullmatch(r"sudo /\S+/libssh\.sh", command)), not safe, command)
    table = server.admin("status").ok().out
    check(re.search(r"^key exchange +" + re.escape(kex) + "$", table, re.M),
          table)
    eq(command in table, True, table)

    done = server.admin("doctor", "--json").ok()
    rows = [json.loads(line) for line in done.out.splitlines()]
    eq([(r["check"], r["problem"], r["remedy"]) for r in rows],
       [] if safe else [("key-exchange", "not post-quantum with libssh " +
                         start["libssh"], command)], "doctor")
    line, = server.admin("doctor").ok().out.splitlines()[1:]
    eq(line == "key exchange is post-quantum", safe, line)
    eq("not post-quantum" in line and command in line, not safe, line)
    server.stop()
    eq(server.admin("doctor", "--json").ok().out, "", "without a server")


run(test)
