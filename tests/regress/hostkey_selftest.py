#!/usr/bin/python3
"""Where libssh does not sign by et-sshd, et-sshd does not start and says why.

The worker's EVP_DigestSign gets another name, as if libssh or libcrypto no
longer took this way: what signs then is libcrypto, with a key that is none.
"""
import shutil

from harness import Server, check, run

NAME, OTHER = b"\0EVP_DigestSign\0", b"\0EVP_DigestSigX\0"


def without_it(server):
    """The programs in a folder of their own, the worker altered."""
    folder = server.dir / "bin" / "sshd"
    folder.mkdir(parents=True)
    for name in ("et-sshd", "et-sshd-console", "et-sshd-keeper", "et-sshd-link",
                 "et-sshd-page", "et-sshd-worker"):
        shutil.copy(server.bin / "sshd" / name, folder)
    worker = folder / "et-sshd-worker"
    code = worker.read_bytes()
    check(code.count(NAME) > 0, "the worker has that name")
    worker.write_bytes(code.replace(NAME, OTHER))
    (folder.parent / "admin").symlink_to(server.bin / "admin")
    server.bin = folder.parent


def test(t):
    for number, kind in enumerate(("ed25519", "rsa", "ecdsa")):
        server = Server(t, name=kind, start=False, rsa=True, ecdsa=True)
        server.set(host_keys=[str(server.hostkeys[number].openssh)])
        server.start()
        server.device(f"with-{kind}")
        server.stop()
        without_it(server)
        done = server.fails()
        said = done.err.splitlines()
        check(any("worker" in line and ("a handshake with itself" in line or
                                        "does not sign" in line)
                  for line in said), f"{kind}: it says why: {done.err!r}")
        check("listening" not in done.err, f"{kind}: it does not listen")
        check(server.fails("-t").code != 0, f"{kind}: -t finds it, too")


run(test)
