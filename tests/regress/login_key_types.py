#!/usr/bin/python3
"""ed25519, RSA of 2048 and ECDSA P-256 keys log in; each client its own."""
from harness import Server, eq, run


def test(t):
    server = Server(t, rsa=True)
    for kind, bits, clients in (("ed25519", None, ("dbclient", "ssh")),
                                ("rsa", 2048, ("dbclient", "ssh")),
                                ("ecdsa", 256, ("ssh",))):
        device = server.device(f"with-{kind}", kind=kind, bits=bits)
        for client in clients:
            eq(device.poll(client).ok().out, "0\n", f"{kind} with {client}")
    device.poll("ssh", options=("-o", "HostKeyAlgorithms=rsa-sha2-256")).ok()


run(test)
