#!/usr/bin/python3
"""A forward whose port the server cannot bind says why: in its record, to who
waits for it, and to who asks the doctor; when the port is free it opens."""
import subprocess

from harness import Server, check, eq, eventually, run
from harness.device import Listener, answers, echo, hold


def row(server, port):
    return [r for r in server.admin_json("forward", "list")
            if r["sport"] == port][0]


def refused(server, device, service, port):
    """The device asks for it, and is refused."""
    after = server.events.mark()
    device.tunnel((service, port), client="ssh").wait()
    server.events.wait("forward.refused", after=after, sport=port)


def test(t):
    server = Server(t, redeliver=1)
    device = server.device()
    taken = Listener(t, hold)
    port, service = taken.port, Listener(t, echo).port
    why = f"server port {port} cannot be bound: port in use"
    waiting = t.spawn([server.bin / "admin" / "et-admin", "-c", server.conf,
                       "forward", "open", device.name, f"{service}:{port}",
                       "--wait"], stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
    eventually(lambda: device.answer() == [f"{service}:{port}"],
               what="it is delivered")
    refused(server, device, service, port)
    out, err = waiting.communicate()
    eq(waiting.returncode, 1, "status of --wait")
    check(f"{why}; the forward stays".encode() in err, f"{out}{err}")
    got = row(server, port)
    eq(got["reason"], why, "reason in the list")
    done = server.admin("doctor", device.name)
    check(done.code == 1 and f"does not open: {why}" in done.out, repr(done))
    # Delivered again, it keeps the reason until it is open.
    eventually(lambda: row(server, port)["state"] == "queued",
               what="it is queued again")
    eq(row(server, port)["reason"], why, "reason while it is queued")
    taken.close()
    eventually(lambda: not answers(port), what="the port is free")
    eq(device.answer(), [f"{service}:{port}"], "the next poll")
    server.wait_state(port, "delivered")
    eq(row(server, port)["reason"], why, "reason while it is delivered")
    device.tunnel((service, port), client="ssh")
    server.wait_state(port, "open")
    eq(row(server, port)["reason"], None, "reason of one that is open")


run(test)
