#!/usr/bin/python3
"""What a poll costs on the wire: IP bytes, both ways, with 100 B of health."""
from router import Router, check, run
from harness import eq, plain_build_only

MOST = 4300             # for dropbear 2022.83, ed25519
ROUNDS = 20             # at most, until one is as cheap
POLL = ". /usr/sbin/et-phone-home; lock; settings; health=' {}'; with ask"


def test(t):
    plain_build_only("its answers are late, and their ACKs go alone")
    r = Router(t, rsa=False)
    version = r.run("dbclient", "-V").err.strip()
    health = " ".join(["up=123456", "load=0.42", "mem=61234", "T=51",
                       "fw=23.05.3", "board=tplink,archer-c7-v2",
                       "wan=100.64.17.201"])
    health += " v=" + "2" * (100 - len(health) - 3)
    eq(len(health), 100, "bytes of health")
    costs = []
    for count in range(ROUNDS):
        before = r.bytes()
        r.run("env", "ET_SOURCED=1", "/bin/sh", "-c",
              POLL.format(health)).ok()
        r.server.events.wait("session.close", count=count + 1)
        costs.append(r.bytes() - before)
        r.run("rm", "-r", "/var/run/et-phone-home")
        if costs[-1] <= MOST:
            break
    eq(r.server.events.wait("heartbeat")["dropped"], 0, "dropped fields")
    cost = min(costs)   # a loaded machine's late ACKs only add to it
    print(f"{version}, ed25519: {cost} bytes a poll ({costs}), "
          f"{cost * 1440 / 1e6:.1f} MB a day at one a minute")
    check("2022.83" not in version or cost <= MOST, f"{cost} bytes a poll")


run(test)
