#!/usr/bin/python3
"""/etc/ssh/libssh_server_config changes nothing."""
import os
import pathlib

from harness import Server, Skip, eq, run
from harness.mounts import own_tmpfs
from harness.packets import offered


def test(t):
    etc = pathlib.Path("/etc/ssh")
    if not etc.is_dir():
        raise Skip("no /etc/ssh to put a file over")
    before = offered(Server(t, "before"))
    own_tmpfs(t, etc, "64k")
    for name in ("libssh_server_config", "ssh_config", "sshd_config"):
        (etc / name).write_text("Ciphers aes128-cbc\nMACs hmac-sha1\n"
                                "KexAlgorithms ecdh-sha2-nistp256\n")
    os.chmod(etc, 0o755)
    eq({k: set(v) for k, v in offered(Server(t, "after")).items()},
       {k: set(v) for k, v in before.items()}, "what is offered")


run(test)
