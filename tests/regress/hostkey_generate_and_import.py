#!/usr/bin/python3
"""et-admin hostkey makes the server's keys, or takes over old ones."""
import pathlib

from harness import Key, Server, check, eq, run


def public(t, path):
    """(type, base64) of the private key in a file."""
    return t.run(["ssh-keygen", "-yf", path], check_=True).out.split()[:2]


def test(t):
    server = Server(t, start=False)
    paths = [server.dir / "ssh_host_ed25519_key", server.dir /
             "ssh_host_rsa_key"]
    server.set(host_keys=paths)
    server.admin("hostkey", "generate").ok()
    made = {path.name: public(t, path) for path in paths}
    for path in paths:
        eq(path.stat().st_mode & 0o077, 0, "who else may read it")
        server.own(path)
    check(server.admin("hostkey", "generate").code == 1 or
          {p.name: public(t, p) for p in paths} == made,
          "keys that are there are kept")
    shown = server.admin("hostkey", "show").ok().out
    for path in paths:
        line = t.run(["ssh-keygen", "-lf", path], check_=True).out.split()
        check(line[1] in shown, f"{path.name} is shown")
    server.start()
    server.stop()

    old = Key(t, "old", "rsa", 2048)
    t.run(["ssh-keygen", "-q", "-p", "-m", "PEM", "-N", "", "-f",
           old.openssh], check_=True)
    check("BEGIN RSA" in pathlib.Path(old.openssh).read_text(), "PEM")
    paths[1].unlink()
    server.admin("hostkey", "import", old.openssh).ok()
    eq(public(t, paths[1]), [old.type, old.base64], "the old key")
    server.own(paths[1])
    server.hostkeys = [old]
    server.start()
    device = server.device()
    device.poll("ssh", options=("-o", "HostKeyAlgorithms=rsa-sha2-512")).ok()


run(test)
