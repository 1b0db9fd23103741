#!/usr/bin/python3
"""-t checks configuration, keys and sandbox, and serves nothing."""
from harness import Server, check, eq, run


def test(t):
    server = Server(t, start=False)
    done = t.run(server.command("-t")).ok()
    check("listening on" not in done.err, "it does not serve")
    check(not server.store.exists(), "it makes no store")
    server.write_conf("no-such-option = 1\n")
    eq(server.fails("-t").code, 78, "status with a broken configuration")
    eq(server.fails("-x").code, 2, "status of a usage error")
    eq(server.fails("-t", "extra").code, 2, "status of a usage error")


run(test)
