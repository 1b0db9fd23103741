#!/usr/bin/python3
"""Each type of host key signs for each client that knows it, at the login and
when new keys are made; ssh-rsa with compat alone."""
from harness import Server, check, eq, run
from harness.matrix import Openssh, Tunnel

USUAL = ("ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512", "ecdsa-sha2-nistp256")


class Choosy(Openssh):
    """OpenSSH which takes one algorithm of the host key."""

    def __init__(self, algorithm):
        self.algorithm = algorithm

    def tunnel(self, *how):
        return self.also(super().tunnel(*how))

    def poll(self, *how):
        return self.also(super().poll(*how))

    def also(self, argv):
        at = argv.index("-F")
        return [*argv[:at], "-o", f"HostKeyAlgorithms={self.algorithm}",
                *argv[at:]]


def works(server, device, algorithm):
    client = Choosy(algorithm)
    eq(server.case.run(client.poll(device, "poll 1")).ok().out, "0\n",
       f"a poll with {algorithm}")
    tunnel = Tunnel(client, device)
    tunnel.carries_data()
    check(tunnel.rekeyed() >= 2, f"rekeys with {algorithm}")
    tunnel.killed()


def test(t):
    server = Server(t, rsa=True, ecdsa=True)
    device = server.device()
    for algorithm in USUAL:
        works(server, device, algorithm)
    done = t.run(Choosy("ssh-rsa").poll(device, "poll 1"))
    check(done.code != 0, "ssh-rsa without compat")
    # dbclient takes what it likes best, so there is one at a time.
    for key in list(server.hostkeys):
        server.stop()
        server.hostkeys = [key]
        server.set(host_keys=[str(key.openssh)])
        server.start()
        eq(device.answer("poll 1"), ["0"], f"dbclient and {key.type}")
    compat = Server(t, name="compat", rsa=True, ecdsa=True,
                    compat="openwrt-15.05")
    works(compat, compat.device("old", kind="rsa", bits=2048), "ssh-rsa")
    for each in (server, compat):
        eq(each.events.find("worker.exit"), [], "workers that ended")


run(test)
