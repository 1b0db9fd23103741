#!/usr/bin/python3
"""admin-by-ssh says where an admin logs in, for every role at every address;
a change of it ends who may not be there any more."""
from harness import Server, check, eq, eventually, run
from harness.operators import barred, operator, there

ROLES = ("viewer", "operator", "admin")
ONLY_THERE = "admin-by-ssh: role admin logs in at operator-listen alone"
NOWHERE = "admin-by-ssh: no login of role admin"
WHY = {"yes": (None, None), "operator-listen": (ONLY_THERE, None),
       "no": (NOWHERE, NOWHERE)}


def setting(server, value):
    server.set(admin_by_ssh=value)
    server.events.wait("reload", after=server.hup(), reason="done")


def matrix(server, people, value):
    for role, who in zip(ROLES, people):
        for one, why in zip((who, there(who)), WHY[value]):
            if role == "admin" and why:
                barred(one, why, key=who.key.fingerprint)
                continue
            status, out, err = one.command("device list")
            check(status == 0 and "router" in out,
                  f"{value}: {role}: {out}{err}")


def ended(transport, server, after, why):
    eventually(lambda: not transport.is_active(), 2, f"the end: {why}")
    server.events.wait("session.close", after=after, reason=why)


def reload_ends(server, admin):
    """Who is there when the setting changes."""
    setting(server, "yes")
    here, far = admin.login(), there(admin).login()
    channel = far.open_session()
    channel.exec_command("heartbeat tail -f")
    after = server.events.mark()
    setting(server, "operator-listen")
    ended(here, server, after, ONLY_THERE)
    check(far.is_active(), "who may be there stays")
    after = server.events.mark()
    setting(server, "no")
    ended(far, server, after, NOWHERE)
    server.events.wait("command", after=after, reason=NOWHERE)


def becomes_admin(server, eve):
    """An operator who logs in anywhere is made an admin."""
    eve.login()
    after = server.events.mark()
    server.admin_ok("operator", "remove", eve.name)
    server.admin_ok("operator", "add", eve.name, "--key", eve.key.pub,
                    "--role", "admin")
    barred(eve, ONLY_THERE)
    eq(there(eve).command("operator list")[0], 0, "there it is an admin")
    eq(server.events.find("login", after, operator=eve.name, pool=None), [],
       "logins at listen")


def test(t):
    server = Server(t, workers=1, operator_listen=["127.0.0.1:0"],
                    admin_by_ssh="operator-listen")
    server.device("router", "--tag", "lab")
    people = [operator(server, role, role, *(["lab"] if role == "operator"
                                             else [])) for role in ROLES]
    matrix(server, people, "operator-listen")
    for value in ("no", "yes", "operator-listen"):
        setting(server, value)
        matrix(server, people, value)
    reload_ends(server, people[2])
    setting(server, "operator-listen")
    becomes_admin(server, operator(server, "eve", "operator", "lab"))

    # Its addresses want a restart; without them the setting has no sense.
    server.set(operator_listen=[])
    event = server.events.wait("reload", after=server.hup())
    check("operator-listen has no address" in event["detail"], event)
    server.set(admin_by_ssh="yes")
    event = server.events.wait("reload", after=server.hup(), reason="done")
    eq(event["needs_restart"], "operator-listen", "the event")
    there(people[2]).login()
    server.stop()
    server.set(admin_by_ssh="operator-listen")
    check("operator-listen has no address" in server.fails("-t").err, "-t")
    server.set(operator_listen=["127.0.0.1:0"])
    server.admin("status")
    server.start()
    matrix(server, people, "operator-listen")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
