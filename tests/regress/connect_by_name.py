#!/usr/bin/python3
"""et-admin connect: ssh to a device from the server, held or polling, with a line
of progress; nothing is bound, nothing is left, and no one else gets there."""
import os
import signal
import subprocess

from harness import Server, check, eq, eventually, run
from harness.case import end
from harness.device import Listener, dropbear, echo
from harness.waiting import Waiting

NOT_ASKED = ("-o", "StrictHostKeyChecking=no", "-o",
             "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes")


def argv(server, *words):
    return [server.bin / "admin" / "et-admin", "-c", server.conf, "connect",
            *words]


def listeners(server):
    """What the server's processes listen on."""
    pids = {str(server.process.pid), *map(str, server.workers())}
    out = subprocess.run(["ss", "-Hltnp"], check=True, capture_output=True,
                         text=True).stdout
    return sorted(line.split()[3] for line in out.splitlines()
                  if any(f"pid={p}," in line for p in pids))


def nothing_left(server):
    eq(server.admin_json("operator", "list"), [], "operators that are left")
    # Another test's may be there for a moment.
    eventually(lambda: not [n for n in os.listdir("/dev/shm")
                            if n.startswith("et-admin.")],
               what="no keys are left")


def polling(t, server, device):
    """It waits, says so, and is there with the poll."""
    port, key = dropbear(t)
    before = listeners(server)
    process = t.spawn(argv(server, "kitchen", "-i", key.openssh, *NOT_ASKED,
                           "cat; echo it is $((6 * 7)); exit 3"),
                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
    line = process.stderr.readline().decode()
    check("kitchen-1 has not polled yet: expected" in line, line)
    told = eventually(lambda: [a for a in device.answer("poll 1")
                               if a.startswith("22:")], what="it is told")[0]
    eq(listeners(server), before, "ports that are bound")
    device.tunnel((port, int(told.split(":")[1])))
    while b"connected to kitchen-1" not in line.encode():
        line = process.stderr.readline().decode()
        check(line, "it ends before it is connected")
    out, err = process.communicate(timeout=60)
    eq((process.returncode, out), (3, b"it is 42\n"), err.decode())
    eq(listeners(server), before, "ports that are bound")
    notes = [e["reason"] for e in server.events.find("admin")]
    check(any(n.startswith("connect kitchen-1 port 22 as connect-")
              for n in notes), str(notes))
    nothing_left(server)


def disconnect(server, waiting, tunnel):
    """The store hears of a connection some time after it is there: one that
    ends before that would be seen there later."""
    eventually(lambda: len(server.admin_json("session", "list")) == 2,
               what="both of its connections in the store")
    waiting.end()
    end(tunnel)
    eventually(lambda: not server.admin_json("device", "list")[0]["connected"],
               what="it is not connected")


def held(t, server, device):
    """A port of its own on stdin and stdout; at once."""
    service = Listener(t, echo)
    waiting = Waiting(device)
    process = t.spawn(argv(server, "kitchen", "--port", 80),
                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                      stderr=subprocess.PIPE)
    told = waiting.line()
    check(told.startswith("80:"), told)
    tunnel = device.tunnel((service.port, int(told.split(":")[1])))
    process.stdin.write(b"through\n")
    process.stdin.flush()
    eq(process.stdout.readline(), b"through\n", "the echo")
    # Who may not open the store may not connect, nor read the key.
    if os.getuid() == 0:
        fds = f"/proc/{process.pid}/fd"
        done = t.run(["setpriv", "--reuid=65534", "--regid=65534",
                      "--clear-groups", "sh", "-c", f"cat {fds}/* 2>&1"])
        check("PRIVATE" not in done.out, "the key is readable by others")
        done = t.run(["setpriv", "--reuid=65533", "--regid=65533",
                      "--clear-groups", *argv(server, "kitchen")])
        check(done.code == 1 and done.err.count("\n") == 1, str(done))
    process.stdin.close()
    eq(process.wait(), 0, "its status")
    disconnect(server, waiting, tunnel)
    nothing_left(server)


def interrupted(t, server):
    """Ctrl-C, or the end of the terminal: the operator is gone with it."""
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process = t.spawn(argv(server, "kitchen", *NOT_ASKED),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
        process.stderr.readline()
        eq(len(server.admin_json("operator", "list")), 1, "while it waits")
        os.kill(process.pid, sig)
        process.communicate(timeout=60)
        check(process.returncode != 0, "its status")
        nothing_left(server)
    # What the last of them had asked the device for is gone, too.
    eventually(lambda: not server.admin_json("forward", "list"),
               what="nothing is wanted of the device")


def refused(t, server):
    for words, why in ((("nobody",), "no such device"),
                       (("kitchen", "--port", "0"), "--port"),
                       (("kitchen", "--port=65536"), "--port"),
                       (("kitchen", "--port"), "--port"),
                       (("kitchen", "--port", "80", "ls"), "unexpected argument")):
        done = t.run(argv(server, *words), 30)
        check(done.code in (1, 2) and why in done.err and
              done.err.count("\n") == 1, f"{words}: {done}")
    server.admin_ok("device", "disable", "kitchen")
    done = t.run(argv(server, "kitchen"), 30)
    check(done.code == 1 and "enable" in done.err, str(done))
    server.admin_ok("device", "enable", "kitchen")
    nothing_left(server)
    server.stop()
    done = t.run(argv(server, "kitchen"), 30)
    check(done.code == 1 and "no server is running" in done.err and
          done.err.count("\n") == 1, str(done))


def test(t):
    server = Server(t)
    device = server.device("kitchen-1", "--alias", "kitchen")
    device.answer("poll 1")
    interrupted(t, server)
    held(t, server, device)
    polling(t, server, device)
    refused(t, server)


run(test)
