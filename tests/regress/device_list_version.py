#!/usr/bin/python3
"""device list says whose client is older than the server, by what the client
last said that it is."""
from harness import Server, eq, eventually, run


def test(t):
    server = Server(t)
    device = server.device("one")
    server.device("two")

    def row():
        return {r["device"]: r
                for r in server.admin_json("device", "list")}["one"]

    def note():
        table = server.admin_ok("device", "list").out.splitlines()
        line = next(x for x in table if x.startswith("one "))
        return "old client" in line and line.split("old client ")[1].strip()

    def polls(health, want):
        device.answer(f"poll 1 {health}".strip())
        eventually(lambda: row()["version"] == want, what=f"{health}: {want}",
                   every=0.05)
    eq((row()["version"], note()), (None, False), "before")
    own = server.admin_ok("--version").out.split()[1].split("~")[0]
    for version, old in (("1.9", True), ("1.9.12", True), ("1", True),
                         ("0.10-rc1", True), (own, False), (f"{own}.1", False),
                         ("99", False), ("x", False)):
        polls(f"up=5 v={version}", version)
        eq(note(), version if old else False, version)
    polls("v=1.8 load=1", "1.8")
    # Not each poll says it.
    for n in range(3):
        polls(f"up={n} conv=7", "1.8")
    eq(note(), "1.8", "from a poll before")


run(test)
