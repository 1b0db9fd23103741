#!/usr/bin/python3
"""What keeps a device from being enrolled is said in one line, and leaves it so
that the next try succeeds; here with dbclient and cron, under dash."""
import os
import socket

from enrolling import Fresh
from router import ID, MAC, SERVER_AT, run
from harness import check, eq

BUSY = """#!/bin/sh
# Busy until it was asked so often.
echo >>/tmp/asked
[ $(wc -l </tmp/asked) -gt {times} ] || {{ echo "refused busy"; exit 1; }}
exec /usr/bin/dbclient.real "$@"
"""


def install(r, row, *args, **env):
    known = r.root / "root/known_hosts"
    known.write_text("".join(f"{host} {k.type} {k.base64}\n"
                             for k in r.server.hostkeys
                             for host in (SERVER_AT, "no.such.example")))
    return r.install(*args, **{
        "ET_TOKEN": row["text"], "ET_SERVER": f"{SERVER_AT}:{r.server.port}",
        "ET_KNOWN_HOSTS": "/root/known_hosts", **env})


def before_the_server(r, row):
    """What it sees for itself."""
    r.refused(r.install(ET_SERVER="x:y"), "--server x:y")
    r.refused(r.install(), "missing --server")
    r.refused(install(r, row, "--id", "no/id"), "--id no/id: not a valid id")
    for name in ("Device-7", "device6466b34bde54"):
        r.refused(install(r, row, "--id", name),
                  f'--id {name}: "device" stands before ids in user names')
    r.refused(install(r, row, ET_KNOWN_HOSTS="/root/none"), "has no key of")
    r.refused(install(r, row, ET_CLIENT="telnet"), "dbclient or ssh")
    eq(r.install("--what").code, 2, "usage")
    with open(r.root / "etc/passwd", "a") as users:
        users.write("nobody:x:65534:65534::/:/bin/sh\n")
    done = r.run("start-stop-daemon", "-S", "-c", "nobody", "-a", "/bin/sh",
                 "-p", "/none", "--", "/root/install.sh")
    check(done.code == 1 and "must run as root" in done.err, f"{done}")
    hidden = ["usr/bin/dbclient", "usr/bin/crontab"]
    for path, words in zip(hidden, ("no SSH client", "systemd or cron")):
        os.rename(r.root / path, r.root / "kept")
        r.refused(install(r, row), words)
        os.rename(r.root / "kept", r.root / path)
    eq(r.left(), {}, "nothing was made")


def silent(r, row):
    """A server that accepts and says nothing."""
    mute = socket.create_server((SERVER_AT, 0), backlog=16)
    r.case.closers.append(mute.close)
    to = f"{SERVER_AT}:{mute.getsockname()[1]}"
    etc = r.root / "etc/et-phone-home"
    etc.mkdir()
    (etc / "config").write_text("timeout = 1\n")
    r.refused(install(r, row, ET_SERVER=to), "silent for 1 s")
    line = r.token("--server", to)
    check("-lt 60 ]" in line["dropbear"], "its watchdog waits for 60 s")
    line["dropbear"] = line["dropbear"].replace("-lt 60 ]", "-lt 1 ]")
    r.refused(r.paste(line), "the installer did not come")


def away(r, row):
    with socket.socket() as nobody:
        nobody.bind((SERVER_AT, 0))         # and does not listen
        to = f"{SERVER_AT}:{nobody.getsockname()[1]}"
        r.refused(install(r, row, ET_SERVER=to), "connection refused")
        r.refused(r.paste(r.token("--server", to)),
                  "the installer did not come")
    r.refused(install(r, row, ET_SERVER="no.such.example:22"),
              "cannot be resolved")


def busy(r, row, times):
    real = r.root / "usr/bin/dbclient.real"
    os.rename(r.root / "usr/bin/dbclient", real)
    shim = r.root / "usr/bin/dbclient"
    shim.write_text(BUSY.format(times=times))
    shim.chmod(0o755)
    done = install(r, row)
    os.rename(real, shim)
    (r.root / "tmp/asked").unlink()
    return done


def no_room(r, row):
    """Nothing is registered before all has room."""
    for place in ("usr/sbin", "etc/et-phone-home"):
        size = "12k" if place == "usr/sbin" else "4k"
        r.run("/bin/busybox", "mount", "-t", "tmpfs", "-o", f"size={size}",
              "none", f"/{place}").ok()
        if size == "4k":        # one block, and that is taken
            r.run("/bin/sh", "-c", f"mkdir /{place}/.ssh; echo >/{place}/x")
        done = install(r, row)
        r.run("umount", f"/{place}").ok()
        r.refused(done, "check the free space")
    eq(r.server.events.find("enroll"), [], "registered")


def bad_id(r, row):
    """An id that the server alone knows to mean something else."""
    r.refused(install(r, row, "--id", "Localhost"),
              "no device may have the id localhost there")
    eq(r.server.events.find("enroll"), [], "registered")


def at_last(r, row):
    """The key that was made in vain is taken."""
    key = (r.root / "etc/et-phone-home/id_dropbear").read_bytes()
    done = busy(r, row, 1)
    check("has enrolled" in done.out, f"{done}")
    eq((r.root / "etc/et-phone-home/id_dropbear").read_bytes(), key, "key")
    table = (r.root / "var/spool/cron/crontabs/root").read_text()
    eq(table, "* * * * * /usr/sbin/et-phone-home run\n", "crontab")
    before = r.files()
    # As people write the MAC that its id is.
    install(r, row, "--id", MAC.upper().replace(":", "-")).ok()
    eq(r.files(), before, "files after the second time")
    with open(r.root / "etc/et-phone-home/config", "a") as config:
        config.write("interval = 1\n")
    r.start("/bin/sh", "-c", table.split(" ", 5)[5])
    r.polls(4)
    r.uninstall()


def test(t):
    r = Fresh(t, "dash", "cron")
    row = r.token("--uses", "2", "--device", ID)
    before_the_server(r, row)
    silent(r, row)
    away(r, row)
    no_room(r, row)
    r.refused(busy(r, row, 9), "the server is busy: try again")
    bad_id(r, r.token())
    at_last(r, row)


run(test)
