#!/usr/bin/python3
"""Real clients on both ends: OpenSSH and dbclient log in by way of the server to
a device that holds its connection, by either, and to one that only polls."""
import os
import shutil

from harness import Server, check, eq, run
from harness.case import end
from harness.device import dropbear
from harness.operators import operator
from harness.original import polling
from harness.waiting import Waiting


def by_ssh(alice, key, device, port):
    return [*alice.jump(port, key), f"root@{device.name}"]


def by_dbclient(alice, key, device, port):
    """dbclient's own way: hops with commas between, ports behind slashes."""
    home, _ = alice.known_hosts()
    return ["env", f"HOME={home}", shutil.which("dbclient"), "-y",
            "-y", "-i", alice.key.dropbear, "-i", key.dropbear,
            f"{alice.name}@127.0.0.1/{alice.server.port},"
            f"root@{device.name}/{port}"]


def logs_in(t, alice, key, device, port):
    for client in (by_ssh, by_dbclient):
        said = f"{client.__name__} to {device.name}"
        done = t.run([*client(alice, key, device, port), "echo", said,
                      "&& cat"], data=b"and back\n", timeout=60)
        eq((done.code, done.out), (0, f"{said}\nand back\n"), done)


def files(t, alice, key, device, port):
    """sftp -J and scp -J, there and back, at the same time."""
    if not os.path.exists("/usr/lib/sftp-server"):
        print("no sftp-server: sftp and scp are left out")
        return
    data = os.urandom(3 << 20)
    (t.dir / "sent").write_bytes(data)
    running = {}
    for name, argv, batch in (
            ("sftp", ["-b", "-"], f"put {t.dir}/sent sftp.there\n"
                                  f"get sftp.there {t.dir}/sftp.back\n"),
            ("scp", [t.dir / "sent"], None)):
        target = f"root@{device.name}" + ("" if batch else ":scp.there")
        words = alice.jump(port, key, name)
        log = open(t.dir / f"{name}.log", "wb")
        source = t.dir / f"{name}.batch"
        source.write_text(batch or "")
        options = argv if batch else []
        running[name] = t.spawn(
            [*words, *options, *([] if batch else argv), target],
            stdin=open(source, "rb"), stdout=log, stderr=log)
    for name, process in running.items():
        eq(process.wait(60), 0, (t.dir / f"{name}.log").read_text())
    for path in (t.dir / "root" / "sftp.there", t.dir / "sftp.back",
                 t.dir / "root" / "scp.there"):
        check(path.read_bytes() == data, f"{path.name} is as it was sent")


def test(t):
    server = Server(t)
    sshd, key = dropbear(t)
    alice = operator(server, "alice", "operator", f"lab:22,{sshd}")
    server.admin_ok("permit", "add", "tag:lab", "22", "--virtual")
    for client in ("dbclient", "ssh"):
        device = server.device(f"held-{client}", "--tag", "lab")
        wait = Waiting(device, client, options=("-R", f"22:localhost:{sshd}"))
        server.events.wait("forward.open", device=device.name)
        logs_in(t, alice, key, device, 22)
        files(t, alice, key, device, 22)
        wait.end()
    eq(server.events.find("jump.wait"), [], "jumps that waited")
    device = server.device("polls", "--tag", "lab")
    polls = polling(device)
    logs_in(t, alice, key, device, sshd)
    files(t, alice, key, device, sshd)
    end(polls)
    eq(len(server.events.find("jump.wait", device="polls")), 1,
       "one waited, and its tunnel served the others")
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
