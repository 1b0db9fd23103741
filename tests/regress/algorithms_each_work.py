#!/usr/bin/python3
"""Every algorithm that is offered works: key exchange, cipher, MAC, key."""
from harness import Server, eq, run

CHOICES = {
    "KexAlgorithms": ["curve25519-sha256", "curve25519-sha256@libssh.org",
                      "diffie-hellman-group16-sha512",
                      "diffie-hellman-group14-sha256"],
    "Ciphers": ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com",
                "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr"],
    "MACs": ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
             "hmac-sha2-256"],
    "HostKeyAlgorithms": ["ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256"],
}


def test(t):
    server = Server(t, rsa=True)
    device = server.device()
    for option, names in CHOICES.items():
        for name in names:
            extra = ("-o", "Ciphers=aes256-ctr") if option == "MACs" else ()
            after = server.events.mark()
            done = device.poll("ssh", options=("-o", f"{option}={name}",
                                               *extra)).ok()
            eq(done.out, "0\n", name)
            login = server.events.wait("login", after=after)
            if option == "KexAlgorithms":
                eq(login["kex"], name, "kex in the event")
            if option == "Ciphers":
                eq(login["cipher"], name, "cipher in the event")


run(test)
