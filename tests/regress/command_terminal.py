#!/usr/bin/python3
"""Without a command: who has a terminal is greeted, who has none is told what to
say.  By ssh, plink and dbclient."""
import subprocess

from harness import Server, check, eq, run
from harness.operators import operator


def test(t):
    server = Server(t)
    server.device("kitchen-1", "--alias", "kitchen", "--tag", "a")
    server.device("cellar-1", "--tag", "b")
    alice = operator(server, "alice", "operator", "a")
    done = t.run([*alice.argv("ssh", "-tt")], 30)
    eq(done.code, 0, str(done))
    for text in ("Welcome, alice (operator)", "kitchen",
                 f"ssh -J alice@SERVER:{server.port} root@DEVICE",
                 f"ssh -p {server.port} alice@SERVER help"):
        check(text in done.out, f"{text}: {done.out}")
    check("cellar" not in done.out, done.out)
    lines = done.out.split("\n")
    check(all(line.endswith("\r") for line in lines[:-1]),
          f"lines end with CR LF: {done.out!r}")
    done = t.run([*alice.argv("ssh")], 30)
    eq((done.code, done.out), (2, ""), "without a terminal")
    check("see help" in done.err and done.err.count("\n") == 1, done.err)
    # What goes wrong on a terminal ends its lines so, too.
    done = t.run([*alice.argv("ssh", "-tt"), "device show nobody"], 30)
    check(done.code == 1 and "\r\n" in done.out, str(done))
    # A command that reads gets what the client sends, to its end.
    ada = operator(server, "ada", "admin")
    rows = "".join(f"many-{n},,,x\n" for n in range(5000))
    done = t.run([*ada.argv("ssh"), "device import -"], 60, rows.encode())
    eq(done.code, 0, done.err)
    check("5000 devices imported" in done.out, done.out)
    done = t.run([*ada.argv("ssh"), "device list --json"], 60)
    eq(done.out.count("\n"), 5002, "a large answer is whole")
    done = t.run([*ada.argv("dbclient"), "device show kitchen"], 30)
    check(done.code == 0 and "kitchen-1" in done.out, str(done))
    # Nobody reads the answer: the server does not wait for ever.
    process = t.spawn([*ada.argv("ssh"), "device list --json"],
                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdout.read(1)
    process.kill()
    server.events.wait("session.close", operator="ada")


run(test)
