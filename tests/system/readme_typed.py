#!/usr/bin/python3
"""The blocks of README and of doc/, typed as they stand there, on one machine
that is server, device and operator: each command ends well, or waits as it
should.  A block that is new there is typed, or is named here; a page that is
new has its test here or in TYPED."""
import json
import subprocess

from machine import CLONE, SRCDIR, check, eq, eventually, installed, run
from pages import SERVER, blocks, commands, serve

ID = "6466b34bde54"
# Pages that have a test of their own: operations_typed, rotate_typed,
# many_nodes_typed.
TYPED = ("operations.md", "many-nodes.md")
# By how they begin: those that are not for this machine.
ELSEWHERE = (
    "TCP :2222 -->",                    # a picture
    "id,alias,tags",                    # a file's content, written below
    "sudo contrib/quickstart.sh",       # tests/run.sh runs it
    "sudo apt install ./et-phone-home", # system/package installs it
    "sudo contrib/packages.sh package", # system/package
    "sudo contrib/packages.sh build test",      # tests/run.sh does it
    "sudo make -C /tmp/build check",            # tests/run.sh does it
    "sudo /usr/share/et-phone-home/libssh.sh",  # system/libssh; no network here
    "Host server.example",              # for OpenSSH's configuration
    "[routers:vars]",                   # Ansible's: jump_audit has its words
    "contrib/import-original.sh -n",    # regress/import_original
    "echo 'Port 2200'",                 # sshd's
    "et-admin device list --state never",
    '{"time":"',                        # a line of the stream of alerts
    # system/notify_runs has it with a configuration of its own.
    "sudo cp /usr/share/doc/et-phone-home-server/examples/et-notify.conf",
    "webhook phone {", "mail ops {",
    "sudo install -m 640 -g et-phone-home-notify",
)
ENDLESS = ("tail -f", " -N ")
BUSY = ("-N -R 9876", "-N -L 3000")     # what is asked of them below


class Reader:
    def __init__(self, t):
        self.t = t
        self.m = installed(t)
        pages = sorted(path.name for path in (SRCDIR / "doc").glob("*.md"))
        self.left = [(page, text) for page in ("README.md", "CONTRIBUTING.md")
                     for _, text in blocks(page)]
        self.left += [(page, text) for page in pages if page not in TYPED
                      for _, text in blocks(f"doc/{page}")]

    def find(self, page, first):
        """The one block of the page that begins so."""
        found = [b for b in self.left
                 if b[0] == page and
                 b[1].removeprefix("sudo ").startswith(first)]
        eq(len(found), 1, f"{page}: blocks that begin with {first}")
        return found[0]

    def take(self, page, first):
        """Its lines; it is typed, then."""
        found = self.find(page, first)
        self.left.remove(found)
        return list(commands(found[1]))

    def start(self, line):
        """A command that does not end by itself."""
        return self.t.spawn(
            ["nsenter", "-t", self.m.pid, "-a", "env", "-i", "HOME=/root",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:"
             "/bin", "sh", "-c", f"cd /root; exec {line}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def type(self, line):
        done = self.m.run("sh", "-c", f"cd /root; {line}", timeout=300)
        eq(done.code, 0, f"{line}\n{done.out}{done.err}\nstatus")
        return done.out

    def follow(self, line):
        """It prints what there is, and goes on."""
        done = self.m.sh(f"cd /root; timeout 2 {line}")
        eq(done.code, 124, f"{line}\n{done.out}{done.err}\nstatus")

    def type_all(self, lines):
        for line in lines:
            if any(word in line for word in ENDLESS):
                self.follow(line)
            else:
                self.type(line)


def prepare(r):
    """What a reader has: names, a key, a device that somebody may log in to."""
    r.m.ok(f"echo '127.0.0.1 {SERVER}' >>/etc/hosts")
    r.m.ok("rm -rf /root/.ssh; mkdir -m 700 /root/.ssh; "
           "ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519; "
           "cp /root/.ssh/id_ed25519.pub /root/alice.pub; "
           "cp /root/alice.pub /root/.ssh/authorized_keys; "
           "mkdir -p /etc/config; echo hello >/etc/config/network; "
           "mkdir -p /etc/dropbear")
    # The device's own key is taken on trust; the server's is not.
    r.m.ok(f"printf 'Host {ID} roof\\n StrictHostKeyChecking accept-new\\n"
           "Match user carol\\n IdentityFile /root/carol.key\\n"
           "Host *\\n StrictHostKeyChecking yes\\n' >/root/.ssh/config")
    r.start("dropbear -F -E -R -p 127.0.0.1:22 -p '[::1]:22'")
    r.start("/usr/bin/python3 -m http.server -b 127.0.0.1 80")


def pin(r, out):
    """Lines for the operator's known_hosts, put there."""
    lines = [line for line in out.splitlines()
             if line.startswith(f"[{SERVER}]:2222 ssh-")]
    check(lines, out)
    for line in lines:
        r.type(f"echo '{line}' >>~/.ssh/known_hosts")


def server(r):
    """Again it is told the same by options, and who the first operator is."""
    r.take("first-server.md", "contrib/packages.sh build")
    serve(r.m)
    again, = r.take("first-server.md", "et-admin setup --yes")
    out = r.type(again)
    check("admin carol added" in out and "starts at each boot" in out, out)
    pin(r, out)


def device(r):
    """The command that is printed, pasted; then it polls often."""
    out = r.type(r.take("first-device.md", "et-admin token new")[0])
    paste = out.split("With OpenSSH's ssh:")[1].strip()
    r.type(f"export ET_ID={ID}; {paste}")
    r.m.set_client("interval = 1")
    r.type_all(r.take("first-device.md", "et-admin device alias"))
    r.type_all(r.take("first-device.md", "et-admin device list  "))


def readme(r):
    r.type_all(r.take("README.md", "et-admin token new"))
    shell, copy, command = r.take("README.md", "ssh -J carol@")
    r.type(shell)
    r.type(copy)
    eq(r.type("cat network; rm network"), "hello\n", "the device's file")
    check("roof" in r.type(command), command)


def fleet(r):
    """The fleet in a browser, as README and its own page have it."""
    for name, first in (("README.md", "ssh -N -L 3000:fleet:80"),
                        ("page.md", "ssh -N -L 3000:fleet:80")):
        line, = r.take(name, first)
        ssh = r.start(line.replace("NAME@", "carol@"))
        eventually(lambda: '"role":"admin"' in r.m.sh(
            "curl -s http://localhost:3000/api/me").out.replace(" ", ""),
            what=f"the page, by {name}", every=0.2)
        r.m.ok("pkill -f '[3]000:fleet:80'")     # of this machine alone
        ssh.wait()
        eventually(lambda: r.m.sh("curl -s http://localhost:3000/").code == 7,
                   what="its end", every=0.2)
    line, = r.take("page.md", "ssh -t -L 3000:fleet:80")
    done = r.m.sh("cd /root; timeout 5 " + line.replace("NAME@", "carol@"))
    check("http://localhost:3000/#key=" in done.out, f"{done.out}{done.err}")


def operators(r):
    page = "operators.md"
    add, tag = r.take(page, "et-admin operator add")
    pin(r, r.type(add))
    r.type(tag)
    shell, copy, tunnel = r.take(page, "ssh -J alice@")
    r.type(shell)
    r.type(copy)
    eq(r.type("cat network"), "hello\n", "the device's file")
    check(BUSY[1] in tunnel, tunnel)
    r.start(tunnel)
    eventually(lambda: r.m.sh("/usr/bin/python3 -c 'import urllib.request as u;"
                              "u.urlopen(\"http://localhost:3000\")'")
               .code == 0, what="the page through -L", every=0.2)
    r.type_all(r.take(page, f"ssh -p 2222 alice@{SERVER} device list"))


def many_devices(r):
    page = "many-devices.md"
    r.type_all(r.take(page, "et-admin token new"))
    _, table = r.find(page, "id,alias,tags")
    r.type(f"cat >fleet.csv <<'END'\n{table}\nEND")
    r.type_all(r.take(page, "et-admin device import"))
    r.type_all(r.take(page, "et-admin device tag pump-1"))
    rows = json.loads(r.type("et-admin --json device show " + ID))
    for line in r.take(page, "et-admin device list --state"):
        line = line.replace("SHA256:...", rows["keys"][0]["key"])
        r.type_all([line])
    r.type_all(r.take(page, "et-admin device history roof"))


def openssh(r):
    page = "first-device.md"
    for line in r.take(page, "ssh-keygen"):
        r.type(line)
    r.type("cp ~/.ssh/phone-home.pub .; rm ~/.ssh/known_hosts")
    add, permit, show = r.take(page, "et-admin device add sensor1")
    r.type(add)
    r.type(permit)
    for line in r.type(show).splitlines():
        if line.startswith("known_hosts"):
            r.type(f"echo '{line.split(None, 1)[1]}' >>~/.ssh/known_hosts")
    poll, tunnel = r.take(page, "ssh -p 2222 -i")
    eq(r.type(poll), "0\n", "the answer")
    check(BUSY[0] in tunnel, tunnel)
    r.start(tunnel)
    eventually(lambda: "9876" in r.type("et-admin session list"),
               what="port 9876 is held", every=0.2)
    r.type("ssh -o StrictHostKeyChecking=no -p 9876 root@localhost true")


def test(t):
    r = Reader(t)
    prepare(r)
    server(r)
    device(r)
    readme(r)
    fleet(r)
    operators(r)
    many_devices(r)
    openssh(r)
    for page, text in r.left:
        check(text.startswith(ELSEWHERE), f"{page}: not typed: {text}")
    eq(r.m.ok("systemctl is-active et-sshd"), "active\n", "state")


run(test)
