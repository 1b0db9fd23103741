#!/usr/bin/python3
"""KEXINIT offers exactly what is documented: no group exchange, no SHA-1,
no compression, strict key exchange on."""
from harness import Server, eq, run
from harness.packets import offered

KEX = ["curve25519-sha256", "curve25519-sha256@libssh.org",
       "diffie-hellman-group16-sha512", "diffie-hellman-group14-sha256"]
CIPHERS = ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com",
           "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"]
MACS = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256"]
MARKS = {"ext-info-s", "kex-strict-s-v00@openssh.com"}
# Of libssh 0.12.
LATER = {"mlkem768x25519-sha256", "sntrup761x25519-sha512",
         "sntrup761x25519-sha512@openssh.com"}


def test(t):
    server = Server(t, rsa=True)
    got = offered(server)
    eq(sorted(set(got["kex"]) - MARKS - LATER), sorted(KEX), "kex")
    eq("kex-strict-s-v00@openssh.com" in got["kex"], True, "strict kex")
    eq(sorted(got["hostkey"]),
       sorted(["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"]), "host keys")
    for side in ("in", "out"):
        eq(sorted(got["cipher_" + side]), sorted(CIPHERS), "ciphers")
        eq(sorted(got["mac_" + side]), sorted(MACS), "MACs")
        eq(got["compression_" + side], ["none"], "compression")


run(test)
