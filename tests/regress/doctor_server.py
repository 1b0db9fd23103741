#!/usr/bin/python3
"""et-admin doctor without a device: each kind of name that a store of before may
have, with what to do, which done word for word leaves no names to change."""
import json
import re

from harness import Key, Server, check, eq, run
from harness.enrolment import Token
from harness.operators import operator
from harness.store import plant_device, rows

# What is wrong: its kind and name, a word of the problem, and the remedy.
FOUND = {
    ("device", "device-7"): ("before ids", "device rename id:device-7 NEW-ID"),
    ("device", "deviceshed"): ("before ids",
                               "device rename id:deviceshed shed"),
    ("device", "64-66-b3-4b-de-54"): (
        "also read as device roof",
        "if it is not yours, run et-admin device remove id:64-66-b3-4b-de-54; "
        "else run et-admin device rename id:64-66-b3-4b-de-54 NEW-ID"),
    ("device", "192.0.2.7"): ("an address", "device rename id:192.0.2.7 NEW-ID"),
    ("alias", "server"): ("the server itself", "device alias id:attic NEW-ALIAS"),
    ("alias", "devicebarn"): ("two devices", "device alias id:loft NEW-ALIAS"),
    ("operator", "barn"): ("a name of device barn",
                           "operator remove barn, and add the operator under another name"),
    ("operator", "root"): ("event log",
                           "operator remove root, and add the operator under another name"),
}


def plant(t, server):
    names = [("device-7", ""), ("deviceshed", ""), ("64-66-b3-4b-de-54", ""),
             ("192.0.2.7", ""), ("roof", "6466b34bde54"), ("attic", "server"),
             ("loft", "devicebarn"), ("barn", "")]
    for name, alias in names:
        plant_device(server, name, Key(t, name), alias)
    token = Token(server, "--device", "hut")
    for name in ("one", "two", "fine"):
        operator(server, name, "admin")
    rows(server, "UPDATE operator SET name = 'barn' WHERE name = 'one'")
    rows(server, "UPDATE operator SET name = 'root' WHERE name = 'two'")
    rows(server, "UPDATE token SET device = 'devicehut'")
    return token


def findings(server, code):
    done = server.admin("doctor", "--json")
    eq((done.code, done.err), (code, ""), "how it ends")
    return {(r["kind"], r["name"]): r
            for r in map(json.loads, done.out.splitlines())
            if r["check"] == "names"}


def remedied(server):
    for name, new in (("device-7", "unit-7"), ("deviceshed", "shed"),
                      ("64-66-b3-4b-de-54", "cellar"), ("192.0.2.7", "hall")):
        server.admin_ok("device", "rename", f"id:{name}", new)
    for name in ("attic", "loft"):
        server.admin_ok("device", "alias", f"id:{name}", f"the-{name}")
    for name in ("barn", "root"):
        server.admin_ok("operator", "remove", name)


def test(t):
    server = Server(t)
    eq(server.admin("doctor").ok().out.splitlines()[0], "no names to change",
       "a new store")
    token = plant(t, server)
    wanted = dict(FOUND)
    wanted["token", token.name] = ("not allowed", f"token revoke {token.name}")
    found = findings(server, 1)
    eq(set(found), set(wanted), "what is found")
    for what, (problem, remedy) in wanted.items():
        row = found[what]
        check(row["check"] == "names" and problem in row["problem"] and
              row["remedy"].endswith(remedy), f"{what}: {row}")
    table = server.admin("doctor")
    lines = table.out.splitlines()
    eq((table.code, sum(line.startswith("names ") for line in lines)),
       (1, len(wanted)), "a line each")
    check(re.match(r"CHECK +KIND", table.out), table.out)
    # By SSH it is of what the operator sees.
    fine = operator(server, "ada", "viewer", "none")
    status, out, err = fine.command("doctor")
    eq((status, out.splitlines()[0].strip(), err),
       (0, "no names to change", ""), "ada")
    remedied(server)
    server.admin_ok("token", "revoke", token.name)
    eq(findings(server, 0), {}, "afterwards")


run(test)
