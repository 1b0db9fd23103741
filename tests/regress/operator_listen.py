#!/usr/bin/python3
"""At operator-listen operators alone log in, with workers of their own; what
an operator asks for from there goes to devices in the others' worker."""
import socket

from harness import Server, check, eq, eventually, proc, run
from harness.device import Listener, echo
from harness.enrolment import Token
from harness.operators import barred, operator, talk, there
from harness.packets import USERAUTH_FAILURE, auth_wire, string

NO_DEVICE = "operator-listen: devices are not accepted here"
NO_TOKEN = "operator-listen: tokens are not accepted here"


def said(server):
    """What the server says of itself, sooner or later."""
    return server.admin_json("status")[0]["nodes"][0]["status"] or {}


def connections(server):
    """Those that each pool's workers hold."""
    pools = {"listen": 0, "operator-listen": 0}
    for worker in said(server)["workers"]:
        pools[worker["pool"]] += worker["connections"]
    return pools


def refusal(wire, user, method, rest):
    """What a refused try of this user's is answered with."""
    wire.userauth(user, method, rest)
    kind, body = wire.receive()
    eq(kind, USERAUTH_FAILURE, f"{user}: {method}")
    return body


def strangers(server, device):
    """Neither a device's key nor a token is taken, and nothing tells."""
    barred(there(device), NO_DEVICE, key=device.key.fingerprint)
    token = Token(server, "--uses", "2")
    eq(token.login().is_authenticated(), True, "the token is good at listen")
    after = server.events.mark()
    wire = auth_wire(there(device))
    nobody = refusal(wire, "nobody", "none", b"")
    eq(refusal(wire, "enroll", "none", b""), nobody, "the methods of enroll")
    eq(refusal(wire, "enroll", "password", b"\0" + string(token.text)),
       nobody, "the answer to a good token")
    server.events.wait("login.refused", after=after, reason=NO_TOKEN)
    wire.transport.close()


def jumps(server, device, who, within):
    """within: both connections are in one worker."""
    before = len(proc.sockets(server.process.pid))
    after = server.events.mark()
    transport = who.login()
    conns = [server.events.wait("login", after=after,
                                operator=who.name)["conn"]]
    port = Listener(who.case, echo).port
    tunnel = device.tunnel((port, port))
    conns.append(server.events.wait("forward.open", after=after,
                                    sport=port)["conn"])
    before = len(proc.sockets(server.process.pid))
    channel = who.open(device.name, port, transport)
    check(channel is not None, "the jump is granted")
    eq(talk(channel), b"hello", "the echo")
    eq(len(proc.sockets(server.process.pid)) - before, 0 if within else 1,
       "sockets that a jump costs")
    # The grant is gone in the middle of it.
    server.admin_ok("device", "tag", device.name, "-lab")
    eq(channel.recv(1), b"", "the end")
    server.admin_ok("device", "tag", device.name, "+lab")
    transport.close()
    tunnel.kill()
    tunnel.wait()
    # Their descriptors are not to be counted as those of the next one.
    for conn in conns:
        server.events.wait("session.close", after=after, conn=conn)


def test(t):
    server = Server(t, workers=1, operator_listen=["127.0.0.1:0"])
    start = server.events.wait("start")
    eq((start["listen"], start["operator_listen"]),
       ([f"127.0.0.1:{server.port}"], [f"127.0.0.1:{server.operator_port}"]),
       "the event says where")
    eq([e.get("pool") for e in server.events.find("worker.start")].count(
        "operator-listen"), 2, "operators' workers")
    eq(len(server.workers()), 3, "workers")
    row = server.admin_json("status")[0]["nodes"][0]
    eq(row["listen"], f"127.0.0.1:{server.port}", "listens on")
    eventually(lambda: said(server).get("operator_listen") ==
               f"127.0.0.1:{server.operator_port}", what="status says where operators log in", every=0.1)
    text = server.admin_ok("status").out
    check(f"127.0.0.1:{server.operator_port}" in text and
          "operator-listen" in text, text)

    device = server.device("router", "--tag", "lab")
    server.admin_ok("permit", "add", device.name, "1-65535", "--virtual")
    strangers(server, device)
    people = [operator(server, role, role, *(["lab:1-65535"] if
                                             role == "operator" else []))
              for role in ("viewer", "operator", "admin")]
    held = []
    for who in people:
        for one, pool in ((who, None), (there(who), "operator-listen")):
            after = server.events.mark()
            held.append(one.login())
            login = server.events.wait("login", after=after,
                                       operator=who.name)
            eq(login.get("pool"), pool, "the event of a login")
            status, out, _ = one.command("device list", held[-1])
            check(status == 0 and "router" in out, f"{who.name}: {out}")
        held.append(there(who).login())
    eventually(lambda: connections(server) ==
               {"listen": 3, "operator-listen": 6}, what="whose worker has "
               "them", every=0.1)
    for transport in held:
        transport.close()
    # An admin's words, by the operators' workers.
    status, out, err = there(people[2]).command("device disable router")
    eq(status, 0, f"{out}{err}")
    server.admin_ok("device", "enable", "router")

    jumps(server, device, people[1], True)
    jumps(server, device, there(people[1]), False)
    eq(server.events.find("worker.exit"), [], "workers that ended")
    device.poll().ok()
    check(socket.create_connection(("127.0.0.1", server.operator_port)),
          "it listens still")


run(test)
