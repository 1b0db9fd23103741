#!/usr/bin/python3
"""A worker holds no file, and nothing stays open after its sessions."""
import os

from harness import Server, Skip, check, eventually, fresh_port, run


def open_files(pid):
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            found[int(fd)] = os.readlink(f"/proc/{pid}/fd/{fd}")
        except FileNotFoundError:
            pass
    return found


def cycle(device):
    server = device.server
    device.poll().ok()
    port = fresh_port()
    tunnel = device.ask_and_open(22, port)
    eventually(lambda: server.admin_json("session", "list"),
               what="its session in the store")
    server.admin_ok("session", "kill", device.name)
    server.admin_ok("forward", "close", device.name, port)
    tunnel.wait()


def test(t):
    if os.getuid() != 0:
        raise Skip("only root may look at the server's descriptors")
    server = Server(t, workers=1)
    device = server.device()
    worker = server.workers()[0]
    everyone = [worker, server.process.pid, server.keeper()]

    def counts():
        return [len(open_files(p)) for p in everyone]
    cycle(device)               # what is opened once
    eventually(lambda: not server.admin_json("session", "list"), what="idle",
               every=0.05)
    before = counts()
    for _ in range(10):
        cycle(device)
    eventually(lambda: all(n <= b for n, b in zip(counts(), before)),
               what=f"as few as before ({before})")
    for fd, name in open_files(worker).items():
        check(name.startswith(("socket:", "anon_inode:")) or fd == 2 or
              name in ("/dev/null", "/dev/urandom"), f"fd {fd} is {name}")


run(test)
