#!/usr/bin/python3
"""Every command by SSH, for every role: it runs, or is refused as the table
says, with et-admin's exit status; each is an event."""
from harness import Server, check, eq, fresh_port, run
from harness.operators import operator

VIEWER, OPERATOR, ADMIN, NOBODY = 1, 2, 3, 4
ROLES = {"viewer": VIEWER, "operator": OPERATOR, "admin": ADMIN}
REFUSED = "not permitted to the role"
HERE = "not available by SSH"

# What an admin's own come to, in this order; {p} is a free port.
COMMANDS = (
    ("device list", VIEWER), ("device list --json", VIEWER),
    ("device show kitchen", VIEWER), ("key list", VIEWER),
    ("permit list", VIEWER), ("session list", VIEWER),
    ("heartbeat show kitchen", VIEWER), ("heartbeat tail -n 3", VIEWER),
    ("status", VIEWER), ("forward list", VIEWER),
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
    ("connect kitchen", NOBODY), ("token new", NOBODY), ("hostkey show", NOBODY),
    ("hostkey generate", NOBODY), ("hostkey import /etc/passwd", NOBODY),
)


def test(t):
    server = Server(t, start=False)
    server.set(operator_ports=["10000-29999"])
    server.start()
    kitchen = server.device("kitchen-1", "--alias", "kitchen", "--tag", "a")
    kitchen.answer()
    held = kitchen.login()
    keys = [server.device(f"spare-{n}").key for n in range(2)]
    for n in range(2):
        server.admin_ok("device", "remove", f"spare-{n}")
    port = fresh_port()
    for role, level in ROLES.items():
        who = operator(server, f"the-{role}", role,
                       *(["a"] if role == "operator" else []))
        transport = who.login()
        for text, least in COMMANDS:
            text = text.format(p=port, f=keys[0].fingerprint)
            data = {"device import -": b"imported-1\n",
                    "key add spare -": keys[0].line.encode(),
                    }.get(text, keys[1].line.encode())
            after = server.events.mark()
            status, out, err = who.command(
                text, transport, data if " -" in text else None)
            what = f"{role}: {text}: {status} {out!r} {err!r}"
            if level >= least:
                # A session that nothing holds may have ended by now.
                wanted = (0, 1) if text == "session kill kitchen" else (0,)
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
