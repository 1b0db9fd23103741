#!/usr/bin/python3
"""Every command by SSH, for every role: it runs, or is refused as the table
says, with et-admin's exit status; each is an event."""
import re

from harness import Server, check, eq, fresh_port, run
from harness.operators import operator

VIEWER, OPERATOR, ADMIN, NOBODY = 1, 2, 3, 4
ROLES = {"viewer": VIEWER, "operator": OPERATOR, "admin": ADMIN}
# A session that nothing holds may have ended by now; the node is the only one.
MAY_FAIL = ("session kill kitchen", "node drain test", "node remove test")
REFUSED = "not permitted to the role"
HERE = "not available by SSH"

# What an admin's own come to, in this order; {p} is a free port.
COMMANDS = (
    ("device list", VIEWER), ("device list --json", VIEWER),
    ("device show kitchen", VIEWER), ("key list", VIEWER),
    ("device history kitchen --since 1d", VIEWER), ("report --csv", VIEWER),
    ("permit list", VIEWER), ("session list", VIEWER),
    ("heartbeat show kitchen", VIEWER), ("heartbeat tail -n 3", VIEWER),
    ("status", VIEWER), ("forward list", VIEWER),
    ("page", VIEWER),
    ("doctor kitchen", VIEWER), ("doctor", VIEWER),
    ("forward open kitchen 22:{p}", OPERATOR),
    ("forward close kitchen {p}", OPERATOR),
    ("device add spare", ADMIN), ("device disable spare", ADMIN),
    ("device enable spare", ADMIN), ("device alias spare other", ADMIN),
    ("device rename spare spare-9", ADMIN),
    ("device rename spare-9 spare", ADMIN),
    ("device tag spare +x", ADMIN), ("device import -", ADMIN),
    ("key add spare -", ADMIN), ("key revoke {f}", ADMIN),
    ("permit add spare {p}", ADMIN), ("permit remove spare {p}", ADMIN),
    ("device remove spare", ADMIN),
    ("operator add bob --role viewer --key -", ADMIN),
    ("operator list", ADMIN), ("operator remove bob", ADMIN),
    ("session kill kitchen", ADMIN), ("token list", ADMIN),
    ("token revoke {t}", ADMIN), ("penalty list", ADMIN), ("metrics", ADMIN),
    ("penalty clear 192.0.2.1", ADMIN),
    ("alert list", VIEWER), ("alert rules", ADMIN),
    ("alert mute kitchen 1h", ADMIN), ("alert unmute kitchen", ADMIN),
    ("alert add mem<5%", ADMIN), ("alert remove mem<5%", ADMIN),
    ("alert test", ADMIN), ("node list", VIEWER),
    ("node drain test", ADMIN), ("node undrain test", ADMIN),
    ("node remove test", ADMIN),
    ("connect kitchen", NOBODY), ("token new", ADMIN), ("hostkey show", NOBODY),
    ("hostkey generate", NOBODY), ("hostkey import /etc/passwd", NOBODY),
    ("hostkey rotate begin", NOBODY), ("event tail", NOBODY),
    ("log verify /etc/passwd", NOBODY), ("log generate", NOBODY),
    ("log show", NOBODY), ("setup", NOBODY), ("backup -", NOBODY),
    ("restore -", NOBODY), ("store init", NOBODY), ("store check", NOBODY),
    ("store copy sqlite:/a sqlite:/b", NOBODY),
)


def all_commands(server):
    """Noun and verb of each command, from et-admin's help."""
    nouns = re.findall(r"^  ([a-z]+) ", server.admin("--help").out, re.M)
    check(len(nouns) > 10, f"the nouns of the help: {nouns}")
    for noun in nouns:
        verbs = re.findall(rf"^  et-admin {noun} ([a-z]+)",
                           server.admin(noun, "--help").out, re.M)
        yield from (f"{noun} {verb}" for verb in verbs)
        if not verbs:
            yield noun


def test(t):
    server = Server(t, start=False)
    server.set(operator_ports=["10000-29999"])
    server.start()
    without = [command for command in all_commands(server)
               if not any(f"{text} ".startswith(f"{command} ")
                          for text, _ in COMMANDS)]
    eq(without, [], "commands of the help that have no row here")
    kitchen = server.device("kitchen-1", "--alias", "kitchen", "--tag", "a")
    kitchen.answer()
    held = kitchen.login()
    keys = [server.device(f"spare-{n}").key for n in range(2)]
    for n in range(2):
        server.admin_ok("device", "remove", f"spare-{n}")
    port = fresh_port()
    token = server.admin_json("token", "new", "--server",
                              f"localhost:{port}")[0]
    for role, level in ROLES.items():
        who = operator(server, f"the-{role}", role,
                       *(["a"] if role == "operator" else []))
        transport = who.login()
        for text, least in COMMANDS:
            text = text.format(p=port, f=keys[0].fingerprint,
                               t=token["token"])
            data = {"device import -": b"imported-1\n",
                    "key add spare -": keys[0].line.encode(),
                    }.get(text, keys[1].line.encode())
            after = server.events.mark()
            status, out, err = who.command(
                text, transport, data if " -" in text else None)
            what = f"{role}: {text}: {status} {out!r} {err!r}"
            if level >= least:
                wanted = (0, 1) if text in MAY_FAIL else (0,)
                check(status in wanted and REFUSED not in err, what)
            else:
                check(status == 1 and not out and
                      (HERE if least == NOBODY else REFUSED) in err and
                      err.count("\n") == 1 and " :" not in err, what)
            event = server.events.wait("command", after=after,
                                       operator=who.name)
            eq((event["command"], event["status"]), (text, status), what)
            check(event["ms"] >= 0 and event["addr"] == "127.0.0.1" and
                  event["bytes_out"] == len(out) + len(err), str(event))
    del held
    names = {r["device"] for r in server.admin_json("device", "list")}
    eq(names, {"kitchen-1", "imported-1"}, "the devices that are left")
    notes = [e["operator"] for e in server.events.find("admin")
             if e["reason"].startswith("forward open")]
    eq(notes, ["the-operator", "the-admin"], "who opened a forward")


run(test)
