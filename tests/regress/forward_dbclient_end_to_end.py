#!/usr/bin/python3
"""An operator waits, the device polls and opens, ssh reaches its dropbear."""
import subprocess

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import dropbear


def test(t):
    server = Server(t)
    device = server.device()
    sshd, key = dropbear(t)
    port = fresh_port()
    waiting = t.spawn([server.bin / "admin" / "et-admin", "-c", server.conf,
                       "forward", "open", device.name, f"{sshd}:{port}",
                       "--wait"], stdout=subprocess.PIPE,
                      stderr=subprocess.STDOUT)
    eventually(lambda: device.answer() == [f"{sshd}:{port}"],
               what="the poll names the forward", every=0.1)
    check(waiting.poll() is None, "--wait waits for the port")
    device.tunnel((sshd, port))
    out = waiting.communicate()[0]
    eq(waiting.returncode, 0, f"status of --wait, which said {out!r}")
    for argv in (["ssh", "-F", "none", "-o", "BatchMode=yes", "-o",
                  "StrictHostKeyChecking=no", "-o",
                  "UserKnownHostsFile=/dev/null", "-i", key.openssh],
                 ["env", f"HOME={t.dir}", "dbclient", "-y", "-y", "-i",
                  key.dropbear]):
        done = t.run([*argv, "-p", port, "root@127.0.0.1", "echo", "reached"])
        eq(done.ok().out, "reached\n", "through the forward")
    server.events.wait("conn.close", count=2, sport=port)
    opened = server.events.wait("conn.open", sport=port)
    check(opened["peer"].startswith("127.0.0.1:"), f"who: {opened}")


run(test)
