#!/usr/bin/python3
"""The relay address takes one stream for one ticket: not a second one, none that
is late, guessed or for another node, and no stranger, of whom there may be many."""
import os
import socket
import threading
import time

from harness import check, eq, eventually, proc, run
from harness.cluster import Cluster, at
from harness.held import hold, reach
from harness.operators import operator

JOINED = b"\1"
STRANGERS = 10000 if "ETPH_LONG" in os.environ else 1000
AT_A_TIME = 200
LIARS = 300             # more than may wait


def new():
    """A number and a secret."""
    return int.from_bytes(os.urandom(7), "big"), os.urandom(16)


def plant(c, node, sport, seconds=30, ticket=None):
    """A ticket as a node writes it: (number, secret)."""
    number, secret = ticket or new()
    c.sql("INSERT INTO ticket (number, secret, device, dport, sport, jump, "
          "from_port, addr, asker, node, until) SELECT "
          f"{number}, decode('{secret.hex()}', 'hex'), id, 22, {sport}, 1, 0, "
          f"'', 'n1', '{node.node}', (extract(epoch FROM clock_timestamp()) "
          f"* 1000000)::BIGINT + {seconds} * 1000000 FROM device "
          "WHERE name = 'roof'")
    return number, secret


def ask(c, node, number, secret):
    """What the relay says to one who has this."""
    done = c.case.run(
        ["timeout", "6", "openssl", "s_client", "-quiet", "-tls1_3",
         "-connect", f"{node.address}:{c.relay}", "-psk", secret.hex(),
         "-psk_identity", f"{number:016x}",
         "-ciphersuites", "TLS_AES_128_GCM_SHA256"], data=b"")
    return done.out.encode(errors="replace")


def tickets(c, sport):
    one, other = c[1], c[2]
    number, secret = plant(c, one, sport)
    got = ask(c, one, number, secret)
    check(got.startswith(JOINED) and b"roof" in got, f"a ticket: {got}")
    check(JOINED not in ask(c, one, number, secret), "the same once more")
    check(JOINED not in ask(c, one, *plant(c, one, sport, -1)), "a late one")
    number, secret = plant(c, one, sport)
    check(JOINED not in ask(c, other, number, secret), "at another node")
    check(JOINED not in ask(c, one, number, os.urandom(16)), "guessed")
    check(JOINED not in ask(c, one, 0x1234, os.urandom(16)), "no such number")


def strangers(c, node):
    """Silent ones and babblers, from many addresses, some held open."""
    made, open_ = 0, []
    while made < STRANGERS:
        s = socket.socket()
        s.bind((f"127.7.{made // 250 % 250}.{made % 250 + 1}", 0))
        s.settimeout(5)
        try:
            s.connect((node.address, c.relay))
            if made % 2:
                s.sendall(os.urandom(100))
        except OSError:
            pass
        open_.append(s)
        if len(open_) > AT_A_TIME:
            open_.pop(0).close()
        made += 1
    return open_


def vector(n, data):
    return len(data).to_bytes(n, "big") + data


def hello(number):
    """The first record of one who names this ticket (RFC 8446, 4.1.2)."""
    identity = vector(2, f"{number:016x}".encode()) + bytes(4)
    psk = vector(2, identity) + vector(2, vector(1, bytes(32)))
    body = (b"\3\3" + bytes(32) + vector(1, b"") + vector(2, b"\x13\1") +
            vector(1, b"\0") + vector(2, b"\0\x29" + vector(2, psk)))
    return b"\x16\3\1" + vector(2, b"\1" + vector(3, body))


def liars(c, node):
    """So many that each name a ticket which nobody has made."""
    said = []
    for n in range(LIARS):
        s = socket.socket()
        s.bind((f"127.6.{n // 250}.{n % 250 + 1}", 0))
        s.connect((node.address, c.relay))
        s.sendall(hello(new()[0]))
        said.append(s)
    return said


def known_after(c, node, sport):
    """Whoever comes before the store's word of the ticket waits for it, however
    many wait with lies."""
    ticket, got = new(), []
    left = liars(c, node)
    who = threading.Thread(target=lambda: got.append(ask(c, node, *ticket)))
    who.start()
    time.sleep(0.5)     # it has named it
    plant(c, node, sport, ticket=ticket)
    who.join()
    check(got[0].startswith(JOINED), f"a ticket that came later: {got}")
    for s in left:
        s.close()


def late_word(c, node, sport):
    """A node whose tickets are not learnt in time, as while the database fails
    over, is no stranger: it gets in once they are."""
    left = []
    for _ in range(20):
        s = socket.create_connection((node.address, c.relay), 10,
                                     (c[0].address, 0))
        s.sendall(hello(new()[0]))
        left.append(s)
    for s in left:
        try:
            eq(s.recv(1), b"", "an unknown ticket")
        except ConnectionError:
            pass
        s.close()
    got = ask(c, node, *plant(c, node, sport))
    check(got.startswith(JOINED), f"a ticket after unknown ones: {got}")


def silent_is_closed(c, node):
    """Within its two seconds."""
    with socket.create_connection((node.address, c.relay), 10) as s:
        s.settimeout(10)
        start = time.monotonic()
        try:
            got = s.recv(100)
        except ConnectionError:
            got = b""
        took = time.monotonic() - start
    eq(got, b"", "what a silent one hears")
    check(took < 5, f"closed after {took:.1f} s")


def timers(c):
    """Of the relay's connections that stand, each end: 02 is keepalive's."""
    with open("/proc/net/tcp", encoding="ascii") as f:
        rows = [line.split() for line in f.readlines()[1:]]
    port = f"{c.relay:04X}"
    return [row[5].split(":")[0] for row in rows if row[3] == "01" and
            port in (row[1].split(":")[1], row[2].split(":")[1])]


def test(t):
    c = Cluster(t, haproxy=False)
    alice = operator(c[0], "alice", "operator", "lab:1-65535")
    device = c.device("roof", "--tag", "lab")
    c[0].admin_ok("permit", "add", "roof", "22", "--virtual")
    c.settle()
    hold(at(device, c[1]))
    eventually(lambda: c.tunnels(), what="it is held", every=0.05)
    (_, sport, _), = c.tunnels()
    late_word(c, c[1], sport)
    tickets(c, sport)
    known_after(c, c[1], sport)
    silent_is_closed(c, c[1])
    channel = reach(at(alice, c[0]), "roof")
    # A node that vanishes says nothing; its streams must not stay for ever.
    eventually(lambda: timers(c) == ["02", "02"], what="both ends ask for it",
               every=0.05)
    before = [(p, len(os.listdir(f"/proc/{p}/fd"))) for p in c[1].all_pids()]
    memory = sum(proc.rss(p) for p in c[1].all_pids())
    start = time.monotonic()
    left = strangers(c, c[1])
    took = time.monotonic() - start
    # While some are held: who has a ticket gets in, and nobody was cut.
    reach(at(alice, c[0]), "roof").close()
    at(device, c[1]).poll().ok()
    channel.sendall(b"still")
    eq(channel.recv(10), b"still", "a stream that was there")
    for s in left:
        s.close()
    eventually(lambda: all(len(os.listdir(f"/proc/{p}/fd")) <= n + 3
                           for p, n in before), what="descriptors are free",
               every=0.2)
    grown = sum(proc.rss(p) for p in c[1].all_pids()) - memory
    print(f"{STRANGERS} strangers in {took:.1f} s: {grown >> 10} KiB more")
    check(grown < 16 << 20, f"memory: {grown} bytes more")
    eq(c.events.find(("worker.exit", "keeper.exit")), [], "ends")


run(test)
