#!/usr/bin/python3
"""doc/many-nodes.md, typed as it stands there, on six machines with a real systemd:
two of PostgreSQL, three nodes and HAProxy.  After each step the device and the
operator of the server that there was find it, by the host key that they have
pinned.  A block that is new there is typed, or the test fails."""
import json
import re
import shutil

from machine import CONFDIR, STATEDIR, Machine, Skip, check, eq, eventually, run
from network import Network
from pages import blocks, serve
from harness.postgres import programs

PAGE = "doc/many-nodes.md"
DEVICE = "unit-1"
ADDRESSES = {"db1": "10.0.1.21", "db2": "10.0.1.22", "n1": "10.0.1.1",
             "n2": "10.0.1.2", "n3": "10.0.1.3", "balancer": "10.0.1.9"}
DOCS = "/usr/share/doc/et-phone-home-server/examples"
EXAMPLES = "/usr/local/share/doc/et-phone-home/examples"


class Page:
    """Its blocks, each of which is typed once or more."""

    def __init__(self, network):
        self.left = blocks(PAGE)
        self.all = list(self.left)
        self.network = network

    def under(self, heading):
        found = [b for b in self.all if b[0] == heading]
        check(found, f"no block under {heading}")
        self.left = [b for b in self.left if b not in found]
        return [self.here(text) for _, text in found]

    def here(self, text):
        """With the addresses of this network and the folders of this build."""
        for name, address in ADDRESSES.items():
            text = re.sub(re.escape(address) + r"\b",
                          self.network.addresses[name], text)
        text = text.replace("10.0.1.0/24", "192.0.2.0/24")
        text = re.sub(r"(/?)\betc/et-phone-home",
                      lambda m: m[1] + str(CONFDIR).lstrip("/"), text)
        text = text.replace("/var/lib/et-phone-home", str(STATEDIR))
        return text.replace(DOCS, EXAMPLES)


class Site:
    def __init__(self, t):
        self.t, self.net = t, Network(t)
        self.page = Page(self.net)
        self.m = {}
        for name in ADDRESSES:
            m = Machine(t, name, network=self.net.join(name))
            self.m[name] = m
            if name[0] == "n":
                m.install()
        hosts = self.net.hosts()
        for m in self.m.values():
            (m.root / "etc/hosts").write_text(hosts)
            m.boot()

    def type(self, name, text):
        """A block, as one reads and pastes it; packages are there already."""
        lines = [re.sub(r"^(sudo )?apt install \./\S+$", "systemctl daemon-reload", w)
                 for w in text.splitlines()]
        lines = [w for w in lines if not w.startswith("sudo apt install")]
        done = self.m[name].run("sh", "-ec", "cd /root\n" + "\n".join(lines),
                                timeout=120)
        eq(done.code, 0, f"{name}: {text}\n{done.out}{done.err}\nstatus")
        return done.out

    def copy(self, old, new, path):
        shutil.copy2(f"{self.m[old].root}{path}", f"{self.m[new].root}{path}")

    def found(self, where, when):
        """A poll of the device, and a command of the operator's, there."""
        ssh = "ssh -o StrictHostKeyChecking=yes -o HostKeyAlias=server -p 2222"
        eventually(lambda: self.m["db2"].sh(
            f"{ssh} {DEVICE}@{where} 'poll 1'").out == "0\n",
            what=f"{when}: a poll at {where}", every=0.5)
        out = self.m["db2"].ok(f"{ssh} alice@{where} device list --json")
        check(f'"device":"{DEVICE}"' in out, f"{when}: {out}")

    def nodes(self, *names):
        """They are alive, for every one of them."""
        for name in names:
            eventually(lambda n=name: sorted(self.alive(n)) == sorted(names),
                       what=f"{name}: {names} are alive", every=0.5)

    def alive(self, name):
        out = self.m[name].sh("et-admin --json node list").out
        return [row["node"] for row in map(json.loads, out.splitlines())
                if row["state"] == "alive"]


def with_tls(m):
    """As Debian's postgresql is with ssl-cert, which may be missing here."""
    m.ok("cd /etc/postgresql/*/main; grep -q '^ssl = on' postgresql.conf || {"
         " openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=db"
         " -keyout key.pem -out cert.pem 2>/dev/null;"
         " chown postgres key.pem; chmod 600 key.pem; printf \"ssl = on\\n"
         "ssl_cert_file = '$PWD/cert.pem'\\nssl_key_file = '$PWD/key.pem'\\n\""
         " >>postgresql.conf; }")


def databases(s):
    for name in ("db1", "db2"):
        with_tls(s.m[name])
    one, two, synchronous, init, roles = s.page.under("The database")
    s.type("db1", one)
    s.type("db2", two)
    s.type("db1", synchronous)
    s.type("n1", init)
    for name in ("db1", "db2"):
        s.copy("n1", name, "/root/roles.sql")
    s.type("db1", roles)


def populate(s):
    """A server with SQLite, its device and its operator, who are on db2."""
    serve(s.m["n1"])
    s.m["n1"].ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
                 "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519; "
                 "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/alice; "
                 f"et-admin device add {DEVICE} --key .ssh/id_ed25519.pub; "
                 "et-admin operator add alice --key .ssh/alice.pub "
                 "--role admin; cd /root; et-admin hostkey show --host server "
                 "--json | sed 's/.*\"known_hosts\":\"\\([^\"]*\\)\".*/\\1/' "
                 ">.ssh/known_hosts; printf 'Match user alice\\n IdentityFile "
                 "~/.ssh/alice\\n IdentitiesOnly yes\\n' >.ssh/config"
                 .replace("--key .ssh", "--key /root/.ssh"))
    shutil.copytree(f"{s.m['n1'].root}/root/.ssh",
                    f"{s.m['db2'].root}/root/.ssh", dirs_exist_ok=True)
    s.found("n1", "with SQLite")


def reaches_from_units(s, name):
    """The nightly backup's unit opens the store."""
    m = s.m[name]
    done = m.sh("systemctl start et-phone-home-backup")
    eq(done.code, 0, m.sh("journalctl -u et-phone-home-backup").out)
    check(m.ok("ls /var/backups/et-phone-home"), "no backup is there")


def first(s):
    text, units = s.page.under("The first node")
    s.type("n1", text)
    s.found("n1", "with PostgreSQL")
    s.type("n1", units)
    reaches_from_units(s, "n1")


def others(s):
    pack, unpack, shred = s.page.under("The second and the third")
    s.type("n1", pack)
    for name in ("n2", "n3"):
        s.copy("n1", name, "/root/node.tar")
        text = unpack.replace(s.net.addresses["n2"], s.net.addresses[name])
        s.m[name].ok("systemd-sysusers; systemd-tmpfiles --create "
                     "et-phone-home.conf; systemctl stop et-sshd || :")
        s.type(name, text.replace('"n2"', f'"{name}"'))
        s.found(name, "joined")
        reaches_from_units(s, name)
    s.type("n1", shred)
    s.nodes("n1", "n2", "n3")


def balancer(s):
    text, = s.page.under("The balancer")
    shutil.copytree(f"{s.m['n1'].root}{EXAMPLES}/nodes",
                    f"{s.m['balancer'].root}{EXAMPLES}/nodes")
    path = s.m["balancer"].root / EXAMPLES.lstrip("/") / "nodes/haproxy.cfg"
    path.write_text(s.page.here(path.read_text()))
    s.type("balancer", text)
    s.found("balancer", "by HAProxy")


def every_day(s):
    text, = s.page.under("Every day")
    out = s.type("n2", text)
    check(all(name in out for name in ("n1", "n2", "n3")), out)


def upgrade(s):
    text, = s.page.under("Upgrade")
    for name in ("n1", "n2", "n3"):
        s.type(name, text)
        s.found("balancer", f"{name} was upgraded")
    s.nodes("n1", "n2", "n3")


def lose_the_database(s):
    promote, look = s.page.under("Lose the database")
    s.m["db1"].ok("systemctl kill -s KILL postgresql@*")
    s.type("db2", promote)
    eventually(lambda: s.m["n1"].sh("et-admin device tag "
                                    f"{DEVICE} +after").code == 0, 30,
               what="a write after the promotion", every=0.5)
    s.type("n1", look)
    s.found("balancer", "after the promotion")


def lose_a_node(s):
    text, = s.page.under("Lose a node")
    s.m["n3"].ok("systemctl kill -s KILL et-sshd; systemctl stop et-sshd")
    s.nodes("n1", "n2")
    s.found("balancer", "without n3")
    s.type("n1", text)
    check("n3" not in s.type("n1", "et-admin node list"), "n3 is removed")


def add_and_remove(s):
    """n3 comes again, as what the page calls n4, and goes."""
    add, remove = s.page.under("Add a node")
    s.type("balancer", add)
    s.m["n3"].ok("systemctl start et-sshd")
    s.nodes("n1", "n2", "n3")
    s.found("balancer", "n3 is back")
    s.type("n3", remove)
    s.nodes("n1", "n2")


def restore(s):
    """db2 is the primary by now."""
    backup, back, empty, copy = s.page.under("Restore")
    s.type("n1", backup)
    s.m["n2"].ok("systemctl stop et-sshd")
    s.type("n1", back)
    s.type("db2", empty)
    s.type("n1", copy)
    s.m["n2"].ok("systemctl start et-sshd")
    s.found("balancer", "restored")


def test(t):
    if programs() is None:
        raise Skip("no PostgreSQL server (Debian: postgresql)")
    if shutil.which("haproxy", path="/usr/sbin:/usr/bin") is None:
        raise Skip("no haproxy (Debian: haproxy)")
    s = Site(t)
    populate(s)
    databases(s)
    first(s)
    others(s)
    balancer(s)
    every_day(s)
    upgrade(s)
    lose_a_node(s)
    add_and_remove(s)
    lose_the_database(s)
    restore(s)
    eq(s.page.left, [], "blocks that are not typed")


run(test, limit=900)
