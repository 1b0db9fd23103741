#!/usr/bin/python3
"""An admin whose list of devices comes slowly, by SSH, is in nobody's way: the
store is written by others until all of it is there."""
from harness import Server, check, eq, eventually, run
from harness.operators import operator
from harness.proc import status

CHANGES = 20                    # et-admin's meanwhile


def test(t):
    server = Server(t)
    device = server.device("kitchen-1")
    ada = operator(server, "ada", "admin")
    channel = ada.login().open_session()
    channel.settimeout(30)
    channel.exec_command("device import -")
    channel.sendall(b"slow-1\n" + b"# \n" * 4096 + b"slow-2")
    pid = eventually(lambda: server.pids("et-sshd-console"),
                     what="a console runs")[0]
    eventually(lambda: status(pid)["Seccomp"] == "2",
               what="it is sealed, and hears the command next")
    for n in range(CHANGES):
        done = server.admin("device", "tag", "kitchen-1", "+-"[n % 2] + "t")
        eq(done.code, 0, f"a change meanwhile: {done}")
    after = server.events.mark()
    device.answer()
    server.events.wait("heartbeat", after=after)
    check(not channel.exit_status_ready(), "it waits for the rest")
    channel.sendall(b"2\n")
    channel.shutdown_write()
    out = channel.makefile("rb").read()
    eq(channel.recv_exit_status(), 0, "the import")
    check(b"2 devices imported" in out, out)
    eq({r["device"] for r in server.admin_json("device", "list")},
       {"kitchen-1", "slow-1", "slow-22"}, "the devices")


run(test)
