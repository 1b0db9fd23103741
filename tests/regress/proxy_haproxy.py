#!/usr/bin/python3
"""HAProxy in front: its health checks, and clients with their addresses."""
import copy
import shutil

from harness import Server, Skip, check, eq, eventually, fresh_port, run
from harness.device import answers

CONF = """
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen ssh
    bind 127.0.0.1:{front}
    server one 127.0.0.1:{back} send-proxy-v2 check inter 100ms fall 1000
"""
CHECKS = 30


def counted(server):
    """Connections that it has taken."""
    return server.admin_json("status")[0]["nodes"][0]["status"]["counters"][
        "connections"]


def test(t):
    haproxy = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if haproxy is None:
        raise Skip("no haproxy (Debian: apt-get install haproxy)")
    server = Server(t, proxy_from=["127.0.0.1"], per_source_penalties=True)
    front = fresh_port()
    conf = t.dir / "haproxy.cfg"
    conf.write_text(CONF.format(front=front, back=server.port))
    with open(t.dir / "haproxy.log", "wb") as log:
        t.spawn([haproxy, "-db", "-f", conf], stdout=log, stderr=log)
    eventually(lambda: answers(front), 60, "haproxy listens")

    behind = copy.copy(server)
    behind.port = front
    device = behind.device()
    for source in ("127.0.0.2", "127.0.0.3"):
        for client in ("dbclient", "ssh"):
            after = server.events.mark()
            done = device.poll(client, options=("-b", source))
            eq(done.ok().out, "0\n", f"{client} through haproxy")
            server.events.wait("login", 60, after, addr=source)
            server.events.wait("heartbeat", 60, after, addr=source)
    # Its checks leave without a login ten times a second, and nobody is told.
    eventually(lambda: counted(server) >= CHECKS + 4, what="many checks",
               every=0.2)
    check(len(server.events.find("session.close", addr="127.0.0.1")) < CHECKS,
          "checks are not logged")
    eq(device.poll().ok().out, "0\n", "a poll after many checks")
    eq(server.events.find("limit"), [], "limits")
    # A check may be given up before its header is sent, by a busy machine.
    eq([e for e in server.events.find("login.refused")
        if e["addr"] != "127.0.0.1"], [], "refused")


run(test)
