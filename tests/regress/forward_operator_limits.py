#!/usr/bin/python3
"""operator-ports and operator-ttl: what an operator may bind on the server by
SSH, at each limit and past it; a reload ends what they no longer allow."""
from harness import Server, check, dial, eq, eventually, fresh_port, run
from harness.device import Listener, answers, echo
from harness.operators import operator
from harness.packets import closed_within

PORTS = "not in operator-ports"
TTL = "operator-ttl"


def refused(who, words, says):
    before = len(who.server.admin_json("forward", "list", "--all"))
    status, out, err = who.command(f"forward open kitchen {words}")
    check((status, out) == (1, "") and says in err and err.count("\n") == 1,
          f"{who.name}: {words}: {status} {out!r} {err!r}")
    eq(len(who.server.admin_json("forward", "list", "--all")), before, words)


def granted(who, words, ttl):
    status, _, err = who.command(f"forward open kitchen {words}")
    eq((status, err), (0, ""), f"{who.name}: {words}")
    port = int(words.split()[0].split(":")[1])
    row = [r for r in who.server.admin_json("forward", "list")
           if r["sport"] == port][-1]
    eq((row["ttl"], row["owner"]), (ttl, who.name), words)
    return port


def reload(server, **options):
    server.set(**options)
    server.events.wait("reload", after=server.hup(), reason="done")


def test(t):
    server = Server(t)
    service = Listener(t, echo).port
    kitchen = server.device("kitchen", "--tag", "a")
    ollie = operator(server, "ollie", "operator", f"a:22,80,{service}")
    ada = operator(server, "ada", "admin")

    # By default an operator binds nothing.
    for port in (1, 80, 1023, 1024, 20000, 65535):
        refused(ollie, f"22:{port}", "ssh -J")

    low, high, one = 20000, 20010, 31000
    reload(server, operator_ports=[f"{low}-{high}", f"{one}"],
           operator_ttl=7200)
    for port in (1, 80, 1023, 1024, low - 1, high + 1, one - 1, one + 1,
                 65535):
        refused(ollie, f"22:{port}", PORTS)
    for ttl in (7201, "3h", "1d", "365d"):
        refused(ollie, f"22:{low} --ttl {ttl}", TTL)
    eq(granted(ollie, f"22:{low} --ttl 7200", 7200), low, "the first")
    granted(ollie, f"22:{high}", 3600)
    granted(ollie, f"80:{one} --ttl 1s", 1)
    # What a permit or another forward has is not his.
    server.admin_ok("permit", "add", "kitchen", low + 1)
    server.device("cellar", "--tag", "b")
    server.admin_ok("forward", "open", "cellar", f"22:{low + 2}")
    refused(ollie, f"22:{low + 2}", "in use")
    # Who is an admin may add a permit for any port, and is not bound.
    granted(ada, "22:999 --ttl 365d", 365 * 86400)

    # A reload ends what is no longer allowed, also what is open.
    port, stays = fresh_port(), fresh_port()
    reload(server, operator_ports=[f"{low}-{high}", f"{port}", f"{stays}"])
    granted(ollie, f"{service}:{port}", 3600)
    granted(ollie, f"22:{stays} --ttl 600", 600)
    kitchen.answer("poll 1")
    kitchen.tunnel((service, port), client="ssh")
    server.events.wait("forward.open", sport=port)
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "the echo")
        reload(server, operator_ports=[f"{low}-{high}", f"{stays}"])
        check(closed_within(s), "the connection is closed")
    eventually(lambda: not answers(port), what="the port is closed")
    server.events.wait("forward.withdrawn", sport=port, operator="ollie",
                       reason=lambda text: "operator-ports" in text)
    server.wait_state(port, "closed")
    reload(server, operator_ttl=600)
    for port in (low, high):
        server.events.wait("forward.withdrawn", sport=port,
                           reason=lambda text: TTL in text)
        server.wait_state(port, "cancelled")
    check(server.forward_state(stays) != "cancelled", "one of 600 s")
    check(server.forward_state(999) == "delivered", "an admin's")
    # Without --ttl it is one hour, or as long as he may have.
    granted(ollie, f"22:{high}", 600)
    refused(ollie, f"22:{low} --ttl 601", TTL)

    server.set(operator_ports=["1023-2000"])
    done = server.fails("-t")
    check("operator-ports 1023-2000" in done.err and "1024" in done.err and
          done.err.count("\n") == 1, str(done))


run(test)
