#!/usr/bin/python3
"""README's blocks, typed as they stand there, on one machine that is server,
device and operator: each command ends well, or waits as it should.  A block
that is new there is typed, or is named here."""
import json
import subprocess

from machine import CLONE, check, eq, eventually, installed, run
from pages import SERVER, blocks, commands, serve

ID = "6466b34bde54"
# By how they begin: those that are not for this machine.
ELSEWHERE = (
    "TCP :2222 -->",                    # a picture
    "sudo contrib/quickstart.sh",       # tests/run.sh runs it
    "sudo apt install ./et-phone-home", # system/package installs it
    "sudo contrib/packages.sh package", # system/package
    "sudo /usr/share/et-phone-home/libssh.sh",  # system/libssh; no network here
    "Host server.example",              # for OpenSSH's configuration
    "[routers:vars]",                   # Ansible's: jump_audit has its words
    "contrib/import-original.sh -n",    # regress/import_original
    "echo 'Port 2200'",                 # sshd's
    "et-admin device list --state never",
)
ENDLESS = ("tail -f", " -N ")
BUSY = ("-N -R 9876", "-N -L 3000")     # what is asked of them below


class Reader:
    def __init__(self, t):
        self.t = t
        self.m = installed(t)
        self.left = blocks("README.md")

    def take(self, first):
        """The one block that begins so."""
        found = [b for b in self.left
                 if b[1].removeprefix("sudo ").startswith(first)]
        eq(len(found), 1, f"blocks that begin with {first}")
        self.left.remove(found[0])
        return list(commands(found[0][1]))

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
           "Host *\\n StrictHostKeyChecking yes\\n' >/root/.ssh/config")
    r.start("dropbear -F -E -R -p 127.0.0.1:22 -p '[::1]:22'")
    r.start("/usr/bin/python3 -m http.server -b 127.0.0.1 80")


def server(r):
    """Again it is told the same by options, and who the first operator is."""
    r.take("contrib/packages.sh build")
    serve(r.m)
    again, = r.take("et-admin setup --yes")
    out = r.type(again)
    check("admin carol added" in out and "is started at each boot" in out, out)


def device(r):
    """The command that is printed, pasted; then it polls often."""
    out = r.type(r.take("et-admin token new")[0])
    paste = out.split("With OpenSSH's ssh:")[1].strip()
    r.type(f"export ET_ID={ID}; {paste}")
    r.m.set_client("interval = 1")
    r.type_all(r.take("et-admin device alias"))


def operators(r):
    add, tag = r.take("et-admin operator add")
    out = r.type(add)
    r.type(tag)
    for line in out.splitlines():
        if line.startswith(f"[{SERVER}]:2222 ssh-"):
            r.type(f"echo '{line}' >>~/.ssh/known_hosts")
    shell, copy, tunnel = r.take("ssh -J alice@")
    r.type(shell)
    r.type(copy)
    eq(r.type("cat network"), "hello\n", "the device's file")
    check(BUSY[1] in tunnel, tunnel)
    r.start(tunnel)
    eventually(lambda: r.m.sh("/usr/bin/python3 -c 'import urllib.request as u;"
                              "u.urlopen(\"http://localhost:3000\")'")
               .code == 0, what="the page through -L", every=0.2)
    r.type_all(r.take(f"ssh -p 2222 alice@{SERVER} device list"))


def every_day(r):
    rows = json.loads(r.type("et-admin --json device show " + ID))
    for line in r.take("et-admin device list  "):
        line = line.replace("SHA256:...", rows["keys"][0]["key"])
        r.type_all([line])


def openssh(r):
    for line in r.take("ssh-keygen"):
        r.type(line)
    r.type("cp ~/.ssh/phone-home.pub .; rm ~/.ssh/known_hosts")
    add, permit, show = r.take("et-admin device add sensor1")
    r.type(add)
    r.type(permit)
    for line in r.type(show).splitlines():
        if line.startswith("known_hosts"):
            r.type(f"echo '{line.split(None, 1)[1]}' >>~/.ssh/known_hosts")
    poll, tunnel = r.take("ssh -p 2222 -i")
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
    operators(r)
    every_day(r)
    openssh(r)
    for heading, text in r.left:
        check(text.startswith(ELSEWHERE), f"{heading}: not typed: {text}")
    eq(r.m.ok("systemctl is-active et-sshd"), "active\n", "state")


run(test)
