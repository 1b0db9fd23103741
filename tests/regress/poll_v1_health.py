#!/usr/bin/python3
"""poll 1: good health fields are in the event, bad ones dropped and counted."""
from harness import Server, eq, run

GOOD = "up=3600 load=0.42 T=51.5 fw=OpenWrt-23.05.3 wan=100.64.0.7"


def test(t):
    server = Server(t)
    device = server.device()
    eq(device.poll(command="poll 1 " + GOOD).ok().out, "0\n", "the answer")
    beat = server.events.wait("heartbeat")
    eq(beat["health"], {"up": 3600, "load": 0.42, "T": 51.5,
                        "fw": "OpenWrt-23.05.3", "wan": "100.64.0.7"}
       if isinstance(beat["health"].get("up"), int) else
       dict(p.split("=") for p in GOOD.split()), "health")
    eq(beat.get("dropped", 0), 0, "dropped")

    after = server.events.mark()
    bad = ["toolongakey=1", "UP=1", "up=" + "x" * 33, "load=a;b", "novalue",
           "=1"]
    done = device.poll(command=" ".join(["poll 1", "up=7", *bad, "T=1"])).ok()
    eq(done.out, "0\n", "a poll never fails for its health")
    beat = server.events.wait("heartbeat", after=after)
    eq(set(beat["health"]), {"up", "T"}, "what was good")
    eq(beat["dropped"], len(bad), "dropped")

    after = server.events.mark()
    many = " ".join(f"{chr(97 + n)}={n}" for n in range(20))
    eq(device.poll(command="poll 1 " + many).ok().out, "0\n", "20 pairs")
    beat = server.events.wait("heartbeat", after=after)
    eq((len(beat["health"]), beat["dropped"]), (16, 4), "kept and dropped")


run(test)
