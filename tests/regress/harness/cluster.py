"""Nodes on one PostgreSQL, with HAProxy in front of them.

Node N logs in devices on a free port of 127.0.0.1, has its relay on
127.0.0.N, and binds the ports of forwards there.  All relays have one port.
"""
import copy
import re
import shutil
import signal
import time

from . import proc
from .case import SRCDIR, Skip, check, eventually, fresh_port
from .clients import Key
from .device import answers
from .events import Events
from .postgres import Postgres
from .server import Server
from .wire import Wire

BALANCER = "127.0.0.9"  # where HAProxy comes from
CHECK = "inter 100ms"   # of HAProxy's, in the place of the file's
DEAD = 20               # s until the others call a node dead, at most
NOW = "extract(epoch FROM clock_timestamp()) * 1000000"


class AllEvents(Events):
    """Those of all nodes, in the order in which they are read."""

    def __init__(self, nodes):
        super().__init__(None)
        self.nodes, self.taken = nodes, {}

    def read(self):
        for node in self.nodes:
            events = node.events.read()
            self.all += events[self.taken.get(node.address, 0):]
            self.taken[node.address] = len(events)
        return self.all


class Node(Server):
    def __init__(self, cluster, number, name=None, hostkeys=None, **options):
        self.cluster = cluster
        self.node = name or f"n{number}"
        self.address = f"127.0.0.{number}"
        self.wire = None
        super().__init__(cluster.case, f"{self.node}-{number}", start=False,
                         **options)
        self.hostkeys = hostkeys or cluster.hostkeys
        for key in self.hostkeys:
            self.own(key.openssh)
        self.set(node=self.node, store=cluster.url(self),
                 host_keys=[str(k.openssh) for k in self.hostkeys],
                 node_listen=f"{self.address}:{cluster.relay}",
                 forward_address=self.address, proxy_from=[BALANCER],
                 **options)

    def all_pids(self):
        return [self.process.pid, *proc.descendants(self.process.pid)]

    def signal_all(self, number):
        """To all its processes."""
        for pid in self.all_pids():
            proc.kill(pid, number)

    def kill(self):
        """kill -9 of all of it at once."""
        pids = self.all_pids()
        self.signal_all(signal.SIGSTOP)     # none sees another one end
        for pid in pids:
            proc.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
        eventually(lambda: not [p for p in pids if proc.alive(p)],
                   what=f"{self.node} is dead")

    def pause(self):
        self.signal_all(signal.SIGSTOP)

    def resume(self):
        self.signal_all(signal.SIGCONT)


class Front:
    """What a client sees of all of them: one address, one host key."""

    def __init__(self, cluster, port):
        self.case, self.port = cluster.case, port
        self.dir = cluster.case.dir / "front"
        self.dir.mkdir()
        self.hostkeys = cluster.hostkeys
        self.events = cluster.events
        self.admin_ok = cluster.admin_ok
        self.connect = lambda *a, **how: Server.connect(self, *a, **how)


class Cluster:
    """options are those of each node; wires: each node reaches PostgreSQL by
    a Wire of its own, which can be cut."""

    def __init__(self, case, nodes=3, haproxy=True, standby=False,
                 wires=False, start=True, **options):
        self.case = case
        self.options = {"per_source_max_startups": 500, **options}
        self.relay = fresh_port()
        self.hostkeys = [Key(case, "cluster-host", "ed25519")]
        self.postgres = Postgres(case, durable=standby)
        self.database = self.postgres.createdb("et")
        self.standbys, self.wires = 0, wires
        self.standby = None
        if standby:
            self.new_standby(fresh_port())
            # libpq tries both, and takes the one that can write.
            self.database = self.database.removesuffix("/et") + \
                f",127.0.0.1:{self.standby.port}/et" \
                "?target_session_attrs=read-write"
        self.nodes = [self.node(n) for n in range(1, nodes + 1)]
        self.events = AllEvents(self.nodes)
        self.front = Front(self, self.balance()) if haproxy else None
        if start:
            self.start()

    def node(self, number, **options):
        return Node(self, number, **{**self.options, **options})

    def __getitem__(self, number):
        return self.nodes[number]

    def __iter__(self):
        return iter(self.nodes)

    def start(self):
        for node in self.nodes:
            node.start()
        self.joined()
        if self.front:
            eventually(lambda: answers(self.front.port), what="HAProxy")

    def joined(self, *nodes):
        """These, or all that run, are alive to each other."""
        want = {n.node for n in nodes or self.nodes if n.process}
        eventually(lambda: want <= set(self.alive()),
                   what=f"{want} have joined", every=0.05)

    # --- the database ---

    def url(self, node):
        """Where this node finds it."""
        if not self.wires:
            return self.database
        where = re.search(r"@([0-9.]+):(\d+)", self.database)
        node.wire = Wire(self.case, int(where[2]))
        return self.database.replace(where[0], f"@127.0.0.1:{node.wire.port}")

    def sql(self, text):
        """Rows, each a list of texts."""
        out = self.postgres.psql(text, "et")
        return [line.split("|") for line in out.splitlines()]

    def primary_killed(self):
        self.postgres.kill9()

    def promote(self):
        """The standby takes its place.  Returns when, monotonic."""
        start = time.monotonic()
        self.postgres, self.standby = self.standby, self.postgres
        self.postgres.promote()
        self.synchronous("")
        return start

    def new_standby(self, port=None):
        """Instead of the one that was killed, at its port."""
        self.standbys += 1
        self.standby = self.postgres.standby(
            f"standby{self.standbys}", durable=True,
            port=port or self.standby.port)
        self.synchronous("*")
        eventually(lambda: self.postgres.psql(
            "SELECT sync_state FROM pg_stat_replication") == "sync",
            what="a synchronous standby", every=0.05)

    def synchronous(self, names):
        """A commit waits for these."""
        self.postgres.psql("ALTER SYSTEM SET synchronous_standby_names = "
                           f"'{names}'")
        self.postgres.psql("SELECT pg_reload_conf()")

    def alive(self):
        return [row[0] for row in self.sql(
            f"SELECT name FROM node WHERE alive > {NOW} - 15000000")]

    def tunnels(self):
        """(device, server's port, node) of each."""
        return [tuple(row) for row in self.sql(
            "SELECT d.name, t.sport, t.node FROM tunnel t "
            "JOIN device d ON d.id = t.device")]

    def wishes(self):
        return self.sql("SELECT device, dport, node FROM wish WHERE state < 3")

    def settle(self):
        """All nodes that run have heard of all changes."""
        names = ", ".join(f"'{n.node}'" for n in self.nodes if n.process)
        eventually(lambda: self.sql(
            "SELECT count(*) FROM node WHERE applied < (SELECT max(seq) FROM "
            f"change) AND name IN ({names})") == [["0"]],
            what="changes are applied everywhere", every=0.02)

    # --- HAProxy ---

    def balance(self):
        """The file of contrib/nodes, with the addresses of this cluster."""
        program = shutil.which("haproxy",
                               path="/usr/sbin:/usr/bin:/sbin:/bin")
        if program is None:
            raise Skip("no haproxy (Debian: apt-get install haproxy)")
        for node in self.nodes:
            # HAProxy must know it, so it is not the kernel's choice.
            node.set(listen=[f"127.0.0.1:{fresh_port()}"])
        self.haproxy_conf = self.case.dir / "haproxy.cfg"
        port = fresh_port()
        self.haproxy_conf.write_text(self.haproxy_text(port))
        with open(self.case.dir / "haproxy.log", "wb") as log:
            self.case.spawn([program, "-db", "-f", self.haproxy_conf],
                            stdout=log, stderr=log)
        return port

    def haproxy_text(self, port):
        text = (SRCDIR / "contrib/nodes/haproxy.cfg").read_text()
        text, changed = re.subn(r"(?m)^(\s*bind) .*$",
                                rf"\1 127.0.0.1:{port}", text, 1)
        check(changed, "haproxy.cfg: bind")
        text = re.sub(r"(?m)^\s*(user|group|chroot|log|stats) .*\n", "", text)
        text = re.sub(r"inter \w+", f"{CHECK} source {BALANCER}", text)
        servers = [n.options["listen"][0] for n in self.nodes]
        found = re.findall(r"(?m)^\s*server .*\n", text)
        check(len(found) == 3, f"haproxy.cfg: servers: {found}")
        for line in found:
            text = text.replace(line, "")
        return text.rstrip("\n") + "\n" + "".join(
            f"\tserver n{n + 1} {where}\n" for n, where in enumerate(servers))

    # --- what operators and devices do ---

    def admin_ok(self, *args, **how):
        """Of the first node that runs."""
        return next(n for n in self.nodes if n.process).admin_ok(*args, **how)

    def device(self, name, *args):
        """One that comes by HAProxy, or to the first node without it."""
        running = next(n for n in self.nodes if n.process)
        device = running.device(name, *args)
        return at(device, self.front) if self.front else device


def at(client, server):
    """The same device or operator, at another node, or at the front."""
    client = copy.copy(client)
    client.server = server
    return client


def cpu(node):
    """Seconds that all of a node's processes have used."""
    total = 0
    for pid in node.all_pids():
        try:
            total += proc.cpu(pid)
        except OSError:
            pass
    return total
