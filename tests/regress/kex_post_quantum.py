#!/usr/bin/python3
"""With libssh 0.12 key exchange is safe against quantum computers: it is offered
first, OpenSSH takes it, also for a rekey and a forward; dbclient, which may not
know it, logs in as before."""
from harness import Server, Skip, check, eq, fresh_port, run
from harness.device import Listener, echo
from harness.case import dial
from harness.packets import offered

HYBRID = ("mlkem768x25519-sha256", "sntrup761x25519-sha512",
          "sntrup761x25519-sha512@openssh.com")


def test(t):
    server = Server(t, rsa=True)
    got = [k for k in offered(server)["kex"] if k in HYBRID]
    if not got:
        raise Skip("libssh before 0.12 has none")
    eq(offered(server)["kex"][0], HYBRID[0], "offered first")
    known = t.run(["ssh", "-Q", "kex"], check_=True).out.split()
    device = server.device("6466b34bde54")
    for kex in got:
        if kex not in known:
            print(f"ssh does not know {kex}")
            continue
        after = server.events.mark()
        eq(device.poll("ssh", options=("-o", f"KexAlgorithms={kex}")).ok()
           .out, "0\n", kex)
        eq(server.events.wait("login", after=after)["kex"], kex, "the event")
    after = server.events.mark()
    device.poll("ssh").ok()
    eq(server.events.wait("login", after=after)["kex"] in HYBRID,
       any(kex in known for kex in got), "by default")
    eq(device.poll("dbclient").ok().out, "0\n", "dbclient")
    service, port = Listener(t, echo).port, fresh_port()
    device.ask_and_open(service, port, client="ssh",
                        options=("-o", "RekeyLimit=200K"))
    with dial(port) as s:
        for _ in range(64):
            s.sendall(b"x" * 8192)
            left = 8192
            while left:
                data = s.recv(left)
                check(data, "the end")
                left -= len(data)


run(test)
