#!/usr/bin/python3
"""A virtual permit: devices hold their own ports ready, with nothing bound, and
operators' jumps go there at once, to each device's own port."""
import json

from harness import Server, check, eq, eventually, fresh_port, run
from harness.device import Listener, answers, says
from harness.operators import operator, talk
from harness.waiting import Waiting


def standing(server, *args):
    """What forward list shows of those that stand."""
    return sorted((r["device"], r["dport"], r["state"]) for r in
                  server.admin_json("forward", "list", *args)
                  if r["virtual"] and r["reason"] == "standing")


def hold(device, port, client="dbclient"):
    """An always-on device: it waits, and its port stands."""
    service = Listener(device.case, says(device.name.encode())).port
    return Waiting(device, client,
                   options=("-R", f"{port}:localhost:{service}"))


def reaches(person, device, port):
    channel = person.open(device.name, port)
    check(channel, f"{person.name} gets to {device.name}")
    eq(channel.recv(100), device.name.encode(), "whose port it is")
    eq(talk(channel), b"hello", "the echo")
    return channel


def refusals(server, port, other, twin):
    """What the commands refuse, and what they do not."""
    def fails(*words):
        return server.admin(*words).code == 1
    check(fails("permit", "add", "tag:lab", port, "--virtual"), "a second one")
    # A real permit of the same port is another one; a virtual one promises
    # no port of the server to anybody.
    server.admin_ok("forward", "open", other.name, f"22:{port}")
    server.admin_ok("forward", "close", other.name)
    server.admin_ok("permit", "add", twin.name, port)
    server.admin_ok("permit", "remove", twin.name, port)
    check(fails("permit", "remove", twin.name, port), "no such permit")
    row, = server.admin_json("permit", "list")
    eq((row["tag"], row["first"], row["virtual"]), ("lab", port, True),
       "permit list")


def test(t):
    server = Server(t, reach_idle=2)
    port = fresh_port()
    one = server.device("one", "--tag", "lab")
    two = server.device("two", "--tag", "lab")
    other = server.device("other", "--tag", "barn")
    alice = operator(server, "alice", "operator", f"lab:{port}")
    server.admin_ok("permit", "add", "tag:lab", port, "--virtual")
    refusals(server, port, other, two)

    # Two devices with the same number, by both clients; nothing is bound.
    waits = {one: hold(one, port), two: hold(two, port, "ssh")}
    opened = server.events.wait("forward.open", count=2, sport=port)
    eq((opened["virtual"], opened["reason"], opened["dport"]),
       (True, "standing", port), "the event")
    check(not answers(port), "nothing is bound")
    eventually(lambda: standing(server) == [("one", port, "open"),
                                            ("two", port, "open")],
               what="forward list", every=0.05)
    eq(standing(server, "one"), [("one", port, "open")], "of one device")
    check(any(f["virtual"] and f["reason"] == "standing" for f in
              server.admin_json("device", "show", "one")[0]["forwards"]),
          "device show")
    done = t.run([*alice.argv("ssh"), "forward", "list", "--json"]).ok()
    seen = [json.loads(line) for line in done.out.splitlines()]
    eq(sorted(r["device"] for r in seen), ["one", "two"], "what alice sees")
    held = [reaches(alice, device, port) for device in (one, two)]
    eq(server.events.find("jump.wait"), [], "nobody waits")
    check(alice.open("127.0.0.1", port) is None, "it is no port of the server")
    check(all(w.silent() for w in waits.values()), "nobody was told anything")

    # Without the permit's tag it is refused, and so is another number.
    for device, number in ((other, port), (one, port + 1)):
        after = server.events.mark()
        device.tunnel((22, number))
        server.events.wait("forward.refused", after=after, sport=number,
                           reason="not listed")

    # The connection is lost: what it carries ends, the next jump waits for the
    # device to come back, and that is its standing forward again.
    waits[one].end()
    eq(held[0].recv(1), b"", "it ends at once")
    eventually(lambda: standing(server) == [("two", port, "open")],
               what="forward list", every=0.05)
    argv = [*alice.argv("ssh", "-W", f"one:{port}")]
    waiting = t.spawn(argv)
    server.events.wait("jump.wait", device="one", dport=port)
    waits[one] = hold(one, port)
    server.events.wait("jump.open", device="one", count=2)
    waiting.kill()
    server.events.wait("jump.close", device="one", count=2)
    # Nobody uses it: the wish is over, the forward stands.
    eventually(lambda: standing(server, "one"), what="it stands", every=0.05)
    reaches(alice, one, port).close()
    eq(len(server.events.find("jump.wait")), 1, "jumps that waited")

    # The tag goes, and with it what stands, and what runs through it.
    channel = reaches(alice, two, port)
    server.admin_ok("device", "tag", "two", "-lab")
    eq(channel.recv(1), b"", "it ends")
    server.events.wait("forward.close", device="two", reason="permit removed")
    eq(waits[two].line(), f"close {port}", "told")
    server.admin_ok("permit", "remove", "tag:lab", port, "--virtual")
    server.events.wait("forward.close", device="one", reason="permit removed")
    eventually(lambda: standing(server) == [], what="forward list", every=0.05)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
