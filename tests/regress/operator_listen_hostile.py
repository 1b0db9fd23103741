#!/usr/bin/python3
"""A worker that strangers reach, taken over, carries no admin's words: neither
those of an admin who is at operator-listen, nor of one who comes to it."""
from harness import check, eq, eventually, proc, run
from harness.hostile import HostileServer, message_types
from harness.operators import Operator, there

WORKERS = 16            # at once; each is started anew for the next plan
LIMIT = 240             # s
NOT_ITS = "not a connection of this worker"
OUT_OF_TURN = "out of turn"
DESCRIPTORS = ("SETUP", "CONN", "ACCEPTED", "JOIN", "STREAM", "VISITOR",
               "LINK_DIAL", "LINK_ACCEPT", "LINK_STREAM")
OPERATORS = ("REACH", "JUMP_CLOSED", "COMMAND", "HUNG_UP")
ONLY_THERE = "admin-by-ssh: role admin logs in at operator-listen alone"


def number(name):
    return message_types().index(name) + 1


def plans():
    """(plan, what the reason must be)"""
    # The admin's connection is the first, which "other" names.
    all_types = [(("ask", number(name), 0, "other"), f"{name}: " + (
        "unexpected descriptor" if name in DESCRIPTORS else NOT_ITS))
        for name in message_types() if name != "PONG"]
    return all_types + [
        (("ask", number("SIGN"), 1, "other"), f"SIGN: {NOT_ITS}"),
        (("sign-there",), f"SIGN: {NOT_ITS}"),
        (("admin-there",), f"LOGIN: {NOT_ITS}"),
        (("command-there", 0), f"COMMAND: {NOT_ITS}"),
        (("command-there", 1), f"COMMAND: {NOT_ITS}"),
        (("command-as-device",), f"COMMAND: {OUT_OF_TURN}"),
        (("admin-after-device",), f"LOGIN: {OUT_OF_TURN}"),
        (("admin-here", 0), f"COMMAND: {OUT_OF_TURN}"),
    ] + [(("admin-here", number(name)), f"{name}: {OUT_OF_TURN}")
         for name in OPERATORS]


def server_of(t, setting, admin, device):
    server = HostileServer(t, WORKERS, f"hostile-{setting}", login_grace=60,
                           operator_listen=["127.0.0.1:0"],
                           admin_by_ssh=setting)
    server.own_device(device)
    server.own_operator(admin)
    return server


def without(t):
    """What the setting is for: with "yes" that key is good here."""
    server = server_of(t, "yes", "adam", "mallet")
    server.feed()
    for plan, reasons in server.attack([("admin-here", 0)], LIMIT - 60):
        eq(reasons, ["exit status 1"], f"{plan}: an admin's key does")
    check("an admin's key would do" in server.errors(), "and it says so")
    server.stop()


def test(t):
    without(t)
    server = server_of(t, "operator-listen", "eve", "mallory")
    eve = there(Operator(server, "eve", server.operator_key))
    admin = eve.login()
    login = server.events.wait("login", operator="eve")
    eq((login["conn"], login["pool"]), (1, "operator-listen"), "the admin's")
    tail = admin.open_session()
    tail.exec_command("heartbeat tail -f")
    theirs = server.spared - {server.good}
    eq(len(theirs), 2, "operators' workers")
    server.feed()
    wanted = plans()
    for plan, reasons in server.attack([p for p, _ in wanted], LIMIT - 60):
        eq(reasons, [dict(wanted)[plan]], f"the end of {plan}")
    print(f"{len(wanted)} attacks")
    # Nothing of it had an effect.
    server.events.read()
    eq([e["conn"] for e in server.events.find("login", operator="eve")], [1],
       "logins of the admin")
    eq(server.events.find("command"), [], "commands that have ended")
    refused = [e for e in server.events.find("login.refused")
               if e["user"] == "eve"]
    eq({e["reason"] for e in refused}, {ONLY_THERE}, "why it is refused")
    eq(len(refused), 2 * (1 + len(OPERATORS)), "offered and signed")
    check(all(proc.alive(pid) for pid in theirs), "operators' workers run")
    eq(server.events.find("session.close", conn=1), [], "the admin's session")
    eq(server.events.find("keeper.exit"), [], "keepers that ended")
    status, out, err = eve.command("operator list", admin)
    check(status == 0 and "eve" in out, f"{out}{err}")
    tail.close()
    eventually(lambda: len(server.events.find("command")) == 2,
               what="both commands have ended")


run(test, LIMIT)
