#!/usr/bin/python3
"""With a libssh that lacks a fix et-sshd does not start, and says which.

A library put before libcrypto's makes libssh do as an unpatched one does: take
an AES-GCM packet with a wrong tag, or a channel of maximum packet size 0.
"""
import shutil

from harness import SANITIZED, Server, check, run
from harness.fault import FOLDER

CASES = (("tag", "CVE-2026-59847"), ("size", "CVE-2026-59843"))


def lacking(server, fix):
    """The programs in a folder of their own, the worker started with it."""
    folder = server.dir / "bin" / "sshd"
    folder.mkdir(parents=True)
    for name in ("et-sshd", "et-sshd-console", "et-sshd-keeper", "et-sshd-page",
                 "et-sshd-link"):
        shutil.copy(server.bin / "sshd" / name, folder)
    worker = folder / "et-sshd-worker"
    shutil.copy(server.bin / "sshd" / worker.name, f"{worker}.real")
    shutil.copy(FOLDER / "start", worker)
    library = shutil.copy(FOLDER / "unpatched.so", folder)
    lines = [f"LD_PRELOAD={library}", f"ETPH_UNPATCHED={fix}"]
    if SANITIZED:
        lines.append("ASAN_OPTIONS=verify_asan_link_order=0")
    worker.with_suffix(".start").write_text(
        "\n".join([*lines, f"{worker}.real", ""]))
    (folder.parent / "admin").symlink_to(server.bin / "admin")
    server.bin = folder.parent


def test(t):
    # The same way, and nothing lacks: it is the fix that matters.
    server = Server(t, name="whole", start=False)
    lacking(server, "nothing")
    server.start()
    server.device("served").poll().ok()
    server.stop()
    for fix, number in CASES:
        server = Server(t, name=fix, start=False)
        lacking(server, fix)
        done = server.fails()
        check(number in done.err, f"{fix}: it says why: {done.err!r}")
        check("install the distribution" in done.err, f"{fix}: and what to do")
        check("listening" not in done.err, f"{fix}: it does not listen")
        check(server.fails("-t").code != 0, f"{fix}: -t finds it, too")


run(test)
