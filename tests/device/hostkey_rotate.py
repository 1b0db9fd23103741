#!/usr/bin/python3
"""The server's host keys are rotated, and no device is lost: begin, the devices
poll, status counts them, finish, a restart; with dbclient and usign, and with ssh
and ssh-keygen.  The old keys are refused then.  A device that missed it, or can
verify nothing, is listed, and why."""
import shutil

from router import Key, Router, Server, check, eventually, run, SERVER_AT
from harness import eq


def why(server):
    row, = server.admin_json("hostkey", "rotate", "status")
    return (row["ready"], row["devices"],
            {m["device"]: m["why"] for m in row.get("missing", [])})


def rotate(server, *args):
    return server.admin("hostkey", "rotate", *args)


def announced(server, after):
    return server.events.wait("hostkeys", after=after, reason="announced")


def pinned(r):
    text = (r.root / "etc/et-phone-home/.ssh/known_hosts").read_text()
    return sorted(line.split()[2] for line in text.splitlines())


def public(t, server):
    return sorted(t.run(["ssh-keygen", "-yf", k.openssh], check_=True)
                  .out.split()[1] for k in server.hostkeys)


def restart(r):
    r.server.stop()
    r.server.set(listen=[f"{SERVER_AT}:{r.server.port}"])
    for key in r.server.hostkeys:
        r.server.own(key.openssh)
    r.server.start()


def round_of(t, r, client):
    """A whole rotation, while the client polls."""
    server, before = r.server, public(t, r.server)
    r.configure(client=client)
    after = server.events.mark()
    rotate(server, "begin").ok()
    mark = announced(server, after)["pins"]
    r.phone("poll").ok()
    r.phone("poll").ok()
    server.events.wait("heartbeat", after=after, device=r.ident,
                       health=lambda h: h.get("pins") == mark)
    eventually(lambda: why(server)[2].keys() == {"late", "old", "never"},
               what="the device is ready", every=0.1)
    eq(pinned(r), before, "the pins are the old ones yet")
    done = rotate(server, "finish")
    check(done.code == 1 and "1 of 4 devices are ready" in done.err,
          f"not without the others: {done}")
    eq(public(t, server), before, "nothing was changed")
    rotate(server, "finish", "--force").ok()
    new = public(t, server)
    check(not set(new) & set(before), "other keys")
    # Until the start the old keys are in use, and the device forgets nothing.
    r.phone("poll").ok()
    eq(pinned(r), before, "the pins before the restart")
    done = rotate(server, "begin")
    check(done.code == 1 and "restart et-sshd" in done.err, f"{done}")
    restart(r)
    after = server.events.mark()
    r.phone("poll").ok()
    eq(pinned(r), new, f"{client}: the pins are the new ones")
    r.phone("poll").ok()
    server.events.wait("heartbeat", after=after, count=2, device=r.ident,
                       health=lambda h: h.get("pins") == "0")
    eq(server.events.find("hostkeys.unknown"), [], "nothing is unknown")


def old_refused(t, r):
    """Who has the old keys, and none else, is nobody to the device now."""
    server = r.server
    server.stop()
    for key in server.hostkeys:
        shutil.copy(key.openssh, f"{key.openssh}.kept")
        shutil.copy(f"{key.openssh}.old", key.openssh)
    restart(r)
    done = r.phone("poll", timeout=30)
    check(done.code == 1 and "NOT the pinned one" in done.err, f"{done}")
    server.stop()
    for key in server.hostkeys:
        shutil.copy(f"{key.openssh}.kept", key.openssh)
    restart(r)
    r.phone("poll").ok()


def not_verified(t, r, mark):
    """Without ssh-keygen, too, nothing is noted, until there is one again."""
    r.remove_program("ssh-keygen")
    for _ in range(2):
        r.phone("poll").ok()
    eventually(lambda: why(r.server)[2][r.ident] ==
               "cannot verify: it has neither usign nor ssh-keygen of "
               "OpenSSH 8.1",
               what="status says so", every=0.1)
    r.add_program("ssh-keygen", "usr/bin/ssh-keygen")
    for _ in range(2):
        r.phone("poll").ok()
    r.server.events.wait("heartbeat", device=r.ident,
                         health=lambda h: h.get("pins") == mark)
    eq(r.server.events.find("hostkeys.unknown"), [], "nobody lied")


def test(t):
    r = Router(t)
    r.add_usign()
    shutil.copy(r.device.key.openssh, r.root / "etc/et-phone-home/id_ssh")
    r.add_program("ssh", "usr/bin/ssh")
    old, late = r.server.device("old"), r.server.device("late")
    r.server.device("never")
    for device, command in ((old, "poll 1 up=5"), (late, "poll 1 pins=0")):
        t.run([*device.argv("ssh")[:-1], f"{device.user}@{SERVER_AT}",
               "-o", "HostKeyAlias=127.0.0.1", command], check_=True)
    r.server.events.wait("heartbeat", count=2)
    round_of(t, r, "dbclient")
    old_refused(t, r)
    r.remove_program("usign")
    r.add_program("ssh-keygen", "usr/bin/ssh-keygen")
    round_of(t, r, "ssh")
    after = r.server.events.mark()
    rotate(r.server, "begin").ok()
    mark = announced(r.server, after)["pins"]
    eq(why(r.server), (0, 4, {
        r.ident: "has not polled since the announcement",
        "late": "has not polled since the announcement",
        "old": "client is too old, or not et-phone-home",
        "never": "has never polled"}), "who is not ready, and why")
    text = rotate(r.server, "status").ok().out
    check("0 of 4" in text and "never polled" in text, text)
    not_verified(t, r, mark)


run(test)
