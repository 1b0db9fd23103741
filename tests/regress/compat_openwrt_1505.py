#!/usr/bin/python3
"""compat openwrt-15.05 adds the three SHA-1 algorithms and nothing else."""
from harness import Server, check, eq, run
from harness.packets import (VERSION, closed_within, kexinit, offered, packet,
                             read_version, send)

SHA1 = {"pubkeys": ["rsa-sha2-256", "rsa-sha2-512"]}


def test(t):
    plain = Server(t, "plain", rsa=True)
    for old in ({"kex": "diffie-hellman-group14-sha1"},
                {"hostkey": "ssh-rsa"},
                {"mac_in": "hmac-sha1", "mac_out": "hmac-sha1"}):
        after = plain.events.mark()
        sock = plain.connect()
        send(sock, VERSION)
        read_version(sock)
        send(sock, packet(kexinit(**old)))
        check(closed_within(sock), "no common algorithm: an end")
        # Awaited: the connection ends before its event is written.
        plain.events.wait("login.refused", after=after,
                          reason=lambda r: "compat openwrt-15.05" in r)
    without = offered(plain)

    server = Server(t, "compat", rsa=True, compat="openwrt-15.05")
    got = offered(server)
    for name, more in (("kex", "diffie-hellman-group14-sha1"),
                       ("hostkey", "ssh-rsa"), ("mac_in", "hmac-sha1"),
                       ("mac_out", "hmac-sha1")):
        eq(set(got[name]) - set(without[name]), {more}, name)
    eq(got["cipher_in"], without["cipher_in"], "ciphers")
    device = server.device(kind="rsa", bits=2048)
    device.login(disabled_algorithms=SHA1).close()
    eq(device.poll("ssh", options=(
        "-o", "KexAlgorithms=diffie-hellman-group14-sha1",
        "-o", "HostKeyAlgorithms=ssh-rsa", "-o", "MACs=hmac-sha1",
        "-o", "Ciphers=aes128-ctr", "-o", "PubkeyAcceptedAlgorithms=ssh-rsa")
    ).ok().out, "0\n", "all of them at once")


run(test)
