#!/usr/bin/python3
"""heartbeat tail -f prints a heartbeat as it happens."""
import os
import subprocess

from harness import Server, check, eventually, run


def test(t):
    server = Server(t)
    device, other = server.device("one"), server.device("two")
    device.poll().ok()
    out = t.dir / "tail"
    with open(out, "wb") as file:
        tail = t.spawn([server.bin / "admin" / "et-admin", "-c", server.conf,
                        "--json", "heartbeat", "tail", "-f", "one"],
                       stdout=file, stderr=subprocess.STDOUT)

    def lines():
        return out.read_text().splitlines()
    eventually(lambda: len(lines()) == 1, what="the one that was")
    for count in (2, 3):
        other.poll().ok()
        device.poll(command="poll 1 up=%d" % count).ok()
        eventually(lambda: len(lines()) == count, what="the next")
    check(all('"one"' in x for x in lines()), "of this device alone")
    check(tail.poll() is None, "it follows")
    os.kill(tail.pid, 15)
    tail.wait()


run(test)
