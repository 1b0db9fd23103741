#!/usr/bin/python3
"""The text of a command: words and quotes, and no shell, no option that names a
file, no other program; every length, every byte."""
import os

from harness import Server, check, eq, run
from harness.operators import operator

USAGE = 2


def test(t):
    server = Server(t)
    server.device("kitchen-1", "--alias", "kitchen")
    ada = operator(server, "ada", "admin")
    transport = ada.login()

    for text in ('device show "kitchen"', "device show 'kitchen'",
                 "'device'  show kit\"ch\"en", "  device   show kitchen  ",
                 "device show k\\itchen", "device show -- kitchen"):
        status, out, err = ada.command(text, transport)
        check(status == 0 and "kitchen-1" in out, f"{text}: {out}{err}")

    # ssh(1) takes --help for its own.
    for words, text in (("help", "usage: "), ("help device", "device show ID"),
                        ("help device show", "usage: device show ID"),
                        ("help status", "usage: status")):
        done = t.run([*ada.argv("ssh"), *words.split()], 30).ok()
        check(text in done.out and "et-admin" not in done.out, repr(done))
    # Who comes by SSH has no et-admin.
    for words in ("nonsense", "device nonsense", "device list --nonsense",
                  "device show", "doctor kitchen", "forward open kitchen 22:9",
                  "forward close kitchen 9", "operator remove nobody"):
        status, out, err = ada.command(words, transport)
        check("et-admin" not in out + err, f"{words}: {out}{err}")

    # What a shell would make something of is a word here.
    planted = t.dir / "planted"
    for text in (f"device show kitchen; touch {planted}",
                 f"device show $(touch {planted})",
                 f"device show `touch {planted}`",
                 f"device list | tee {planted}", f"device list > {planted}",
                 "device show $HOME", "device show *", "sh", "/bin/sh",
                 f"forward open kitchen 22:2 --ssh touch {planted}",
                 f"--conf {planted} device list", f"-c{planted} device list",
                 f"-s sqlite:{planted} device list", f"--store=sqlite:{planted} "
                 "device list", f"device list -s sqlite:{planted}",
                 f"device add new --key {ada.key.pub}",
                 f"device add new --key=/etc/shadow",
                 f"key add kitchen {ada.key.pub}", "device import /etc/passwd",
                 f"operator add o --role viewer --key {ada.key.pub}",
                 "scp -t /tmp", "sftp", "internal-sftp", "poll 1", "wait 1",
                 "enroll 1 x ssh-ed25519 AAAA", "--version-", "device", "-"):
        status, out, err = ada.command(text, transport)
        check(status in (1, USAGE) and err.count("\n") == 1 and not out,
              f"{text}: {status} {out!r} {err!r}")
        check(not planted.exists(), f"{text} made a file")
        check("root:" not in err and "ssh-ed25519" not in err, err)
    eq([r["device"] for r in server.admin_json("device", "list")],
       ["kitchen-1"], "the devices")

    for text, why in (("device show 'kitchen", "quote"),
                      ('device show "kitchen', "quote"),
                      ("x " * 129, "too many arguments")):
        status, out, err = ada.command(text, transport)
        check(status == USAGE and why in err, f"{text}: {err}")
    eq(ada.command("x " * 128, transport)[0], USAGE, "128 words")

    # 1,024 bytes are taken, and no more.
    text = "device show kitchen".ljust(1024)
    eq(ada.command(text, transport)[0], 0, "1,024 bytes")
    for size in (1025, 30000):
        channel = transport.open_session()
        try:
            channel.exec_command(text.ljust(size))
            status = channel.recv_exit_status()
        except Exception:
            status = None
        check(status != 0, f"{size} bytes: {status}")
        channel.close()
    server.events.wait("limit", operator="ada", reason="exec")

    # A byte that is no printable ASCII is refused, and none is ever printed.
    for byte in (1, 7, 8, 9, 10, 13, 27, 31, 127, 128, 155, 160, 0xe2, 255):
        status, out, err = ada.command(
            b"device show kitchen" + bytes([byte]), transport)
        check(status == USAGE and "printable" in err,
              f"byte {byte}: {status} {out!r} {err!r}")
    raw = server.events_path.read_bytes()
    check(not [b for b in raw if b != 10 and not 32 <= b < 127],
          "the event log is printable")
    check(os.path.exists("/etc/passwd"), "the machine is whole")


run(test)
