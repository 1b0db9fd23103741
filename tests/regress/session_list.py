#!/usr/bin/python3
"""session list shows who is connected and which ports it holds."""
from harness import Server, eq, eventually, fresh_port, run


def test(t):
    server = Server(t)
    device = server.device()
    eq(server.admin_json("session", "list"), [], "before")
    port = fresh_port()
    tunnel = device.ask_and_open(22, port)

    def listed():
        return [r for r in server.admin_json("session", "list")
                if r["device"] == device.name
                and str(port) in str(r["ports"])]
    row = eventually(listed, what="the session is listed", every=0.05)[0]
    eq(row["addr"], "127.0.0.1", "addr")
    server.admin_ok("session", "kill", row["session"])
    tunnel.wait()
    eventually(lambda: not server.admin_json("session", "list"),
               what="it is gone", every=0.05)


run(test)
