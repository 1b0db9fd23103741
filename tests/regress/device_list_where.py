#!/usr/bin/python3
"""device list sorts and filters by what devices' polls told, and keeps what it
has no words for; what a device leaves out of a poll stands if it seldom changes."""
from harness import Server, check, eq, eventually, run


def test(t):
    server = Server(t)
    polls = {
        "one": "up=100 load=0.42 mem=60 memt=128 model=TL-WDR4300 fw=23.05.3",
        "two": "up=90000 load=1.5 mem=5 memt=128 fw=22.03.5 sig=-71 zz=a,b",
        "three": "up=7 load=0.07 mem=9",
    }
    devices = {name: server.device(name) for name in polls}
    server.device("never")
    for name, health in polls.items():
        devices[name].poll(command=f"poll 1 {health}").ok()

    def ids(*args):
        return [r["device"] for r in server.admin_json("device", "list",
                                                       *args)]
    eventually(lambda: len(ids("--where", "uptime>=0")) == 3,
               what="the polls are stored", every=0.05)
    eq(ids("--sort", "memory"), ["two", "three", "one", "never"], "memory")
    eq(ids("--sort", "memory:desc"), ["one", "three", "two", "never"], "desc")
    eq(ids("--where", "firmware~23.05"), ["one"], "firmware")
    eq(ids("--where", "memory<5%"), ["two"], "a percentage")
    eq(ids("--where", "memory<10", "--where", "load>1"), ["two"], "both")
    eq(ids("--where", "uptime>1d"), ["two"], "a span")
    eq(ids("--where", "zz=A,B"), ["two"], "a field that is not known")
    eq(ids("--where", "state=online", "--sort", "id"),
       ["one", "three", "two"], "state")

    row = server.admin_json("device", "list", "--where", "id=two")[0]
    eq({k: row[k] for k in ("memory", "load", "signal", "firmware", "temp",
                            "health")},
       {"memory": 5, "load": 1.5, "signal": -71, "firmware": "22.03.5",
        "temp": None, "health": {"zz": "a,b"}}, "as JSON")
    out = server.admin_ok("device", "list", "--sort", "memory", "--where",
                          "zz=a,b").out.splitlines()
    check("MEMORY FREE" in out[0] and "OTHER HEALTH" in out[0] and
          "5 MiB" in out[1] and "zz=a,b" in out[1] and len(out) == 2, out)
    shown = server.admin_ok("device", "show", "two").out
    for line in ("Signal         -71 dBm", "Up for         25 h",
                 "Other health   zz=a,b"):
        check(line in shown, f"{line}: {shown}")
    check("Temperature" not in shown, f"nothing of what is not told: {shown}")

    # The next poll leaves out what changes seldom, and zz for good.
    devices["two"].poll(command="poll 1 up=90060 load=1 mem=70").ok()
    row = eventually(lambda: next(
        (r for r in server.admin_json("device", "list", "--where", "id=two")
         if r["memory"] == 70), None), what="the next poll", every=0.05)
    eq((row["firmware"], row["memory_total"], row["health"]),
       ("22.03.5", 128, {}), "what lasts and what does not")
    bad = server.admin("device", "list", "--where", "zz=1")
    check(bad.code == 2 and "there are id, alias" in bad.err, repr(bad))


run(test)
