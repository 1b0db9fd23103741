#!/usr/bin/python3
"""What a device that holds a connection hears of new host keys and of another
address of the server, without losing that connection; it goes to the address when
the server is there alone, with the new keys.  abort makes it forget."""
from router import Router, SERVER_AT, check, eventually, must, run
from harness import eq, fresh_port

OTHER_AT = "192.0.2.9"


def rotate(server, *args):
    return server.admin("hostkey", "rotate", *args).ok()


def ready(server):
    row, = server.admin_json("hostkey", "rotate", "status")
    return row["ready"] == row["devices"] == 1


def pinned(r, host):
    text = (r.root / "etc/et-phone-home/.ssh/known_hosts").read_text()
    return sorted(line.split()[2] for line in text.splitlines()
                  if line.split()[0] == host)


def file(r, name):
    return r.root / "etc/et-phone-home" / name


def to_come(r):
    return sorted(p.name for p in file(r, ".").glob("pins-*")
                  if "pin=" in p.read_text() or "server=" in p.read_text())


def listen_at(r, address):
    r.server.stop()
    r.server.set(listen=[f"{address}:{r.server.port}"])
    for key in r.server.hostkeys:
        r.server.own(key.openssh)
    r.server.start()


def test(t):
    r = Router(t)
    r.add_usign()
    must("ip", "addr", "add", f"{OTHER_AT}/24", "dev", "inet")
    server, standing = r.server, fresh_port()
    other = f"{OTHER_AT}:{server.port}"
    server.admin_ok("permit", "add", r.ident, standing)
    r.configure(mode="wait", forward=f"80:{standing}", interval=2)
    r.start_client()
    conn = server.events.wait("heartbeat", waits=True)["conn"]
    server.events.wait("forward.open", sport=standing)

    rotate(server, "begin")
    eventually(lambda: ready(server), what="it has the keys", every=0.1)
    rotate(server, "abort")
    eventually(lambda: to_come(r) == [], what="it has forgotten the keys")
    rotate(server, "begin")
    rotate(server, "server", other)
    eventually(lambda: ready(server), what="it has keys and name", every=0.1)
    eq(server.events.find("session.close", conn=conn), [], "it is held still")
    eq(server.events.find("hostkeys.unknown"), [], "nothing is unknown")
    old = pinned(r, SERVER_AT)
    eq(pinned(r, OTHER_AT), old, "the other address has the same keys")
    check(other not in file(r, "config").read_text(), "settings stay")

    # The first address is gone, before the keys are the new ones.
    after = server.events.mark()
    listen_at(r, OTHER_AT)
    server.events.wait("heartbeat", after=after, waits=True)
    eventually(lambda: file(r, "servers").exists() and
               other in file(r, "servers").read_text(),
               what="it has answered, and is kept")
    rotate(server, "finish")
    after = server.events.mark()
    listen_at(r, OTHER_AT)
    server.events.wait("heartbeat", after=after, waits=True)
    new = sorted(t.run(["ssh-keygen", "-yf", k.openssh], check_=True)
                 .out.split()[1] for k in server.hostkeys)
    eq(pinned(r, OTHER_AT), new, "the new keys are pinned for it")
    eq(pinned(r, SERVER_AT), old, "and the first has what it had")
    r.wait_log("uses the host keys that it announced")

    # Nothing is announced any more, and it is there at the first address again.
    after = server.events.mark()
    listen_at(r, SERVER_AT)
    server.events.wait("heartbeat", after=after, waits=True)
    eq(pinned(r, SERVER_AT), new, "they are pinned for the first, too")
    r.stop()
    eq(to_come(r), [], "nothing is left to come")


run(test)
