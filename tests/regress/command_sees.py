#!/usr/bin/python3
"""By SSH an operator sees what the tags cover, and nothing of what they do not;
a viewer without tags and an admin see all, in et-admin's own words."""
import json

from harness import Server, check, eq, fresh_port, run
from harness.operators import operator

READ = ("device list", "device list --json", "device show {d} --json",
        "key list", "permit list --json", "forward list", "forward list --all",
        "session list", "heartbeat tail", "heartbeat show {d}",
        "status")


def test(t):
    server = Server(t, start=False)
    # Without them he would be refused for that, before all else.
    server.set(operator_ports=["10000-29999"])
    server.start()
    shown = server.device("shown-1", "--tag", "a", "--alias", "shown-alias")
    hidden = server.device("hidden-1", "--tag", "b", "--alias", "hidden-alias")
    ports = {}
    for device in (shown, hidden):
        device.answer("poll 1 V=hidden" if device is hidden else "poll 1 V=s")
        ports[device] = port = fresh_port()
        device.ask_and_open(22, port)
        server.admin_ok("permit", "add", device.name, fresh_port())
    server.admin_ok("permit", "add", "tag:b", fresh_port())
    secret = ("hidden", hidden.key.fingerprint, str(ports[hidden]))

    limited = [operator(server, "ollie", "operator", "a"),
               operator(server, "vera", "viewer", "a"),
               operator(server, "dora", "operator", "device=shown-alias:22"),
               operator(server, "dave", "viewer", "device=shown-1")]
    all_seeing = [operator(server, "victor", "viewer"),
                  operator(server, "ada", "admin")]
    for who in limited + all_seeing:
        transport = who.login()
        for text in READ:
            text = text.format(d="shown-1")
            status, out, err = who.command(text, transport)
            eq((status, err), (0, ""), f"{who.name}: {text}")
            if who in limited:
                found = [s for s in secret if s in out]
                eq(found, [], f"{who.name}: {text}: {out}")
            if text == "device list --json":
                names = {json.loads(r)["device"] for r in out.splitlines()}
                eq(names, {"shown-1"} if who in limited else
                   {"shown-1", "hidden-1"}, who.name)
            if who in all_seeing and text in ("key list", "forward list"):
                eq(out, server.admin(*text.split()).ok().out, text)
        for text in ("device show hidden-1", "heartbeat show hidden-alias"):
            status, out, err = who.command(text, transport)
            if who in limited:
                eq((status, out), (1, ""), f"{who.name}: {text}")
                check("no such device" in err, err)
            else:
                eq(status, 0, f"{who.name}: {text}: {err}")

    # A forward of another operator's is seen, and whose it is only by admins.
    ada, port = all_seeing[1], fresh_port()
    eq(ada.command(f"forward open shown-1 81:{port}")[0], 0, "an admin's")
    for who in limited + all_seeing:
        row, = [r for r in map(json.loads, who.command(
            "forward list --json")[1].splitlines()) if r["sport"] == port]
        eq(row["owner"], "ada" if who is ada else None, who.name)
    # A port that another device has is taken, and whose it is is not said.
    ollie = limited[0]
    status, out, err = ollie.command(
        f"forward open shown-1 80:{ports[hidden]}")
    check(status == 1 and "in use" in err and "hidden" not in err, err)
    # Ports that are not granted, devices that are not, are not opened.
    for text in ("forward open shown-1 443:{p}", "forward open hidden-1 22:{p}",
                 "forward open shown-1 22:0", "forward open shown-1 22:65536"):
        status, out, err = ollie.command(text.format(p=fresh_port()))
        check(status in (1, 2) and not out, f"{text}: {out}{err}")
    status, out, err = ollie.command("forward close hidden-1")
    check(status == 1 and "no such device" in err, err)
    eq(server.forward_state(ports[hidden]), "open", "the hidden one's forward")
    # Of several tags one is enough; a tag that goes takes the sight along.
    server.admin_ok("device", "tag", "shown-1", "-a")
    eq(ollie.command("device list --json")[1], "", "without the tag")
    check("shown-1" in limited[2].command("device list")[1], "its device")
    # What a device is for, its ports are for as well.
    for text in ("forward open shown-1 80:{p}", "forward open hidden-1 22:{p}"):
        status, out, err = limited[2].command(text.format(p=fresh_port()))
        check(status == 1 and not out, f"{text}: {out}{err}")


run(test)
