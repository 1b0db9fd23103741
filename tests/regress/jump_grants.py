#!/usr/bin/python3
"""Roles x tags x targets x ports: what is granted is reached, nothing else."""
from harness import Server, check, eq, fresh_port, run
from harness.device import Listener, echo
from harness.operators import operator, talk

NOWHERE = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1",
           "169.254.169.254", "[::1]", "LOCALHOST", "127.1", "example.org",
           "", "kitche", "kitchen.", "devicedevicekitchen",
           "x" * 300)


def test(t):
    server = Server(t)
    listed, other = Listener(t, echo).port, Listener(t, echo).port
    kitchen = server.device("6466b34bde54", "--alias", "kitchen", "--tag", "a")
    cellar = server.device("cellar", "--tag", "b")
    for device in (kitchen, cellar):
        for port in (listed, other):
            server.admin_ok("permit", "add", device.name, fresh_port())
    # Both hold both ports, so that an answer is prompt.
    real = {}
    for device in (kitchen, cellar):
        for port in (listed, other):
            real[device, port] = fresh_port()
            device.ask_and_open(port, real[device, port])
    who = {
        "viewer": operator(server, "viewer", "viewer", f"a:{listed}"),
        "none": operator(server, "none", "viewer"),
        "one": operator(server, "one", "operator", f"a:{listed}"),
        "both": operator(server, "both", "operator", f"a:{listed}",
                         f"b:{listed},{other}"),
        "usual": operator(server, "usual", "operator", "a", "b"),
        "admin": operator(server, "admin", "admin"),
    }
    may = {("one", kitchen, listed), ("both", kitchen, listed),
           ("both", cellar, listed), ("both", cellar, other),
           *(("admin", d, p) for d in (kitchen, cellar)
             for p in (listed, other))}
    names = {kitchen: ("6466b34bde54", "device6466b34bde54", "kitchen",
                       "64:66:B3:4B:DE:54", "KITCHEN"),
             cellar: ("cellar", "devicecellar")}
    cells = 0
    for role, person in who.items():
        transport = person.login()
        for device in (kitchen, cellar):
            for port in (listed, other):
                want = (role, device, port) in may
                targets = [(name, port) for name in names[device]]
                targets += [(name, real[device, port])
                            for name in ("127.0.0.1", "localhost")]
                for name, number in targets:
                    channel = person.open(name, number, transport)
                    eq(channel is not None, want, f"{role} to {name}:{number}")
                    if channel:
                        eq(talk(channel), b"hello", "the echo")
                        channel.close()
                    cells += 1
        for name in NOWHERE:
            for port in (listed, server.port, 22):
                check(person.open(name, port, transport) is None,
                      f"{role} to {name}:{port}")
                cells += 1
        for port in (0, 65536):
            check(person.open("kitchen", port, transport) is None,
                  f"{role} to port {port}")
            cells += 1
        check(transport.is_active(), f"{role} is still there")
        transport.close()
    print(f"{cells} cells")
    eq(server.events.find("jump.wait"), [], "wishes")
    eq(server.events.find("worker.exit"), [], "workers that ended")
    refused = server.events.find("jump.refused")
    check({"not granted", "no such device", "not the port of a forward",
           "not a port"} <= {e["reason"] for e in refused}, "the reasons")


run(test)
