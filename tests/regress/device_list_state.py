#!/usr/bin/python3
"""device list shows state, last seen, address and client."""
from harness import Server, check, eq, eventually, run


def test(t):
    server = Server(t)
    device = server.device("one", "--tag", "lab")
    server.device("two")

    def rows(*args):
        return {r["device"]: r for r in server.admin_json("device", "list",
                                                      *args)}
    eq({i: r["state"] for i, r in rows().items()},
       {"one": "never", "two": "never"}, "before")
    device.poll().ok()
    eventually(lambda: rows()["one"]["state"] == "online", what="online",
               every=0.05)
    row = rows()["one"]
    eq(row["addr"], "127.0.0.1", "addr")
    check("dropbear" in row["client"], f"client: {row}")
    check(row["last_seen"], f"last seen: {row}")
    eq(set(rows("--state", "never")), {"two"}, "--state never")
    eq(set(rows("--state", "online")), {"one"}, "--state online")
    eq(set(rows("--tag", "lab")), {"one"}, "--tag lab")
    table = server.admin_ok("device", "list").out
    check("online" in table and "127.0.0.1" in table, table)


run(test)
