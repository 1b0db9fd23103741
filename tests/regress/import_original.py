#!/usr/bin/python3
"""contrib/import-original.sh: devices and host keys of a server of the first
version; then its devices poll, unchanged, on port 22, and are reached."""
import ctypes
import os
import subprocess

from harness import Key, Server, Skip, check, dial, eq, fresh_port, run
from harness.case import SRCDIR
from harness.clients import Device
from harness.device import Listener, echo
from harness.original import original

SCRIPT = SRCDIR / "contrib" / "import-original.sh"
CLONE_NEWNET = 0x40000000
SHA1 = ("-o", "KexAlgorithms=diffie-hellman-group14-sha1",
        "-o", "HostKeyAlgorithms=ssh-rsa", "-o", "MACs=hmac-sha1",
        "-o", "Ciphers=aes128-ctr", "-o", "PubkeyAcceptedAlgorithms=ssh-rsa")
DSA = "ssh-dss AAAAB3NzaC1kc3MAAAABAAAAAQMAAAABBQAAAAEH"


def own_network():
    """Where nothing is on port 22 yet."""
    libc = ctypes.CDLL(None)
    if os.getuid() != 0 or libc.unshare(CLONE_NEWNET) != 0:
        raise Skip("a network of one's own needs root")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def tree(t):
    """A server's file system, as the first version left it."""
    root = t.dir / "old"
    ssh = root / "etc" / "ssh"
    ssh.mkdir(parents=True)
    hosts = {kind: Key(t, f"old-host-{kind}", kind, bits)
             for kind, bits in (("ed25519", None), ("rsa", 2048))}
    for kind, key in hosts.items():
        for end in ("", ".pub"):
            (ssh / f"ssh_host_{kind}_key{end}").write_bytes(
                (t.dir / f"old-host-{kind}.key{end}").read_bytes())
        (ssh / f"ssh_host_{kind}_key").chmod(0o600)
    (ssh / "ssh_host_dsa_key").write_text("old\n")
    # As every sshd has; the new server's host-keys has no place for it.
    curve = Key(t, "old-host-ecdsa", "ecdsa", 256)
    (ssh / "ssh_host_ecdsa_key").write_bytes(curve.openssh.read_bytes())
    (ssh / "ssh_host_ecdsa_key").chmod(0o600)
    keys = {n: Key(t, n, kind, bits) for n, kind, bits in (
        ("first", "rsa", 2048), ("second", "rsa", 2048),
        ("new", "ed25519", None), ("short", "rsa", 1024),
        ("other", "ed25519", None),
        ("curve", "ecdsa", 384))}
    homes = {
        "device6466b34bde54": keys["first"].line,
        # options, a comment, two keys, a line's end of another system
        "device6466b34bde55": "# the roof\n\ncommand=\"/bin/x, y\",no-pty "
        f"{keys['second'].line}\r\n{keys['new'].line}",
        "deviceshort": keys["short"].line,
        # Each would be read as another device, or as something else.
        "device64-66-b3-4b-de-54": keys["other"].line,
        "devicedevice6466b34bde54": keys["other"].line,
        "device6466B34BDE54": keys["other"].line,
        "deviceserver": keys["other"].line,
        "devicedsa": DSA,
        "devicecurve": keys["curve"].line,
        "deviceempty": "",
        "devicebroken": "no key at all\nssh-rsa AAAA\n",
        "device-dash": keys["first"].line,
        "device": keys["first"].line,
    }
    for name, text in homes.items():
        home = root / "home" / name / ".ssh"
        home.mkdir(parents=True)
        (home / "authorized_keys").write_text(text)
    (root / "home" / "devicenone").mkdir()
    (root / "home" / "ubuntu" / ".ssh").mkdir(parents=True)
    (root / "home" / "ubuntu" / ".ssh" / "authorized_keys").write_text(
        keys["new"].line)
    return root, hosts, keys


def take_over(t, server, root, *more):
    return t.run(["env", f"ET_ADMIN={server.bin}/admin/et-admin", SCRIPT, "-c",
                  server.conf, "-r", root, *more], 60)


def devices(server):
    return {r["device"] for r in server.admin_json("device", "list")}


def left_out(done):
    return sorted(line for line in done.out.splitlines()
                  if line.startswith("left out: "))


def imports(t, server, root, keys):
    done = take_over(t, server, root, "-n")
    check(done.code == 1 and "nothing was changed" in done.out, str(done))
    check(not server.store.exists() or not devices(server), "a dry run")
    would = left_out(done)
    done = take_over(t, server, root)
    eq(left_out(done), would, "what a dry run says is left out")
    for text in ("RSA of 1024 bits", "DSA is not taken", "only nistp256",
                 "devicenone: no .ssh", "deviceempty: no key",
                 "devicebroken/.ssh/authorized_keys: no key", "cannot be read",
                 "device-dash: not a device's id", "ssh_host_dsa_key: DSA",
                 "names no file for a key of type ecdsa-sha2-nistp256",
                 "device6466B34BDE54: not a device's id",
                 "device64-66-b3-4b-de-54: its id is not canonical",
                 "devicedevice6466b34bde54: its id is not canonical",
                 'device id "server" is not allowed: ',
                 "without its options", "2 devices, 1 further keys"):
        check(text in done.out, f"{text}: {done}")
    eq((done.code, done.err), (1, ""), "what was left out is told by it")
    eq(devices(server), {"6466b34bde54", "6466b34bde55"}, "devices")
    got = {(r["device"], r["key"]) for r in server.admin_json("key", "list")}
    eq(got, {("6466b34bde54", keys["first"].fingerprint),
             ("6466b34bde55", keys["second"].fingerprint),
             ("6466b34bde55", keys["new"].fingerprint)}, "keys")
    again = take_over(t, server, root)
    check("0 devices, 0 further keys" in again.out and
          again.out.count("there already: device") == 3, str(again))
    eq(again.err, "", "run again")


def reached(server, service, port, options=None):
    """An operator is on the device; the device's own way of opening it."""
    with dial(port) as s:
        s.sendall(b"hello")
        eq(s.recv(5), b"hello", "echo")


def test(t):
    own_network()
    root, hosts, keys = tree(t)
    server = Server(t, start=False, listen=["127.0.0.1:22"])
    places = [server.dir / f"ssh_host_{kind}_key" for kind in hosts]
    server.set(host_keys=places)
    imports(t, server, root, keys)
    for kind, place in zip(hosts, places):
        eq(t.run(["ssh-keygen", "-yf", place], check_=True).out.split()[:2],
           hosts[kind].line.split()[:2], f"host key {kind}")
        server.own(place)
    server.hostkeys = list(hosts.values())
    for path in server.dir.joinpath("state").iterdir():
        server.own(path)
    server.start()
    eq(server.port, 22, "where the devices call")

    device = Device(server, "6466b34bde54", keys["first"])
    argv = original(device)
    t.run(argv).ok()
    server.events.wait("heartbeat", device=device.name)
    service, port = Listener(t, echo).port, fresh_port()
    server.admin_ok("forward", "open", device.name, f"{service}:{port}")
    t.spawn(argv)
    server.events.wait("forward.open", sport=port)
    reached(server, service, port)

    # One that has no more than SHA-1, where that is allowed.
    old = Device(server, "6466b34bde55", keys["second"])
    check(old.poll("ssh", options=SHA1).code != 0, "SHA-1 is off")
    server.stop()
    server.set(compat="openwrt-15.05")
    server.start()
    eq(old.poll("ssh", options=SHA1).ok().out, "0\n", "its poll")
    other = fresh_port()
    server.admin_ok("forward", "open", old.name, f"{service}:{other}")
    eq(old.poll("ssh", options=SHA1).ok().out, f"{service}:{other}\n", "told")
    old.tunnel((service, other), client="ssh", options=SHA1)
    server.events.wait("forward.open", sport=other)
    reached(server, service, other)


run(test)
