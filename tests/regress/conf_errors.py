#!/usr/bin/python3
"""A broken configuration: one line with file and line, status 78."""
import re

from harness import Server, check, eq, run

BAD = {
    "no-such-option = 1": 2,
    "workers = many": 2,
    "workers = -1": 2,
    "workers = 100000": 2,
    "login-grace = 0": 2,
    "worker-sessions = 0": 2,
    "max-auth-tries = 99999999999999999999": 2,
    'compat = "openwrt-99"': 2,
    'listen = {"nonsense"}': 2,
    'listen = {"127.0.0.1:65536"}': 2,
    'listen = {}': None,
    'forward-address = "not an address"': 2,
    'store = "mysql://x"': 2,
    'per-source-penalties = perhaps': 2,
    'node = "bad node name!"': 2,
    'event-log = "unclosed': None,
    "listen = {": None,
    'proxy-from = {"192.0.2.1", "balancer"}': 2,
    'proxy-from = {"192.0.2.1/24"}': 2,
    'proxy-from = "192.0.2.0/33"': 2,
    'operator-listen = {"192.0.2.1"}': 2,
    "admin-by-ssh = sometimes": 2,
    "admin-by-ssh = operator-listen": None,
    "= 3": 2,
}


def test(t):
    server = Server(t, start=False)
    good = server.conf.read_text()
    for line, number in BAD.items():
        name = line.split(" =")[0]
        rest = "".join(x + "\n" for x in good.splitlines()
                       if not x.startswith(name + " ="))
        server.write_conf("# a comment\n" + line + "\n" + rest)
        for args in ((), ("-t",)):
            done = server.fails(*args)
            eq(done.code, 78, f"status with {line!r}")
            lines = done.err.strip().splitlines()
            check(len(lines) == 1, f"{line!r}: one line: {done.err!r}")
            found = re.match(rf"et-sshd: {re.escape(str(server.conf))}:(\d+): "
                             r"\S", lines[0])
            check(found, f"{line!r}: file and line: {lines[0]!r}")
            if number:
                eq(int(found.group(1)), number, f"line of {line!r}")
    server.conf.unlink()
    done = server.fails()
    check(str(server.conf) in done.err, f"a missing file: {done.err!r}")
    server.write_conf(good)
    server.start()


run(test)
