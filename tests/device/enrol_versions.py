#!/usr/bin/python3
"""Enrolment with the dropbear of OpenWrt 21.02 and of 25.12, and with one that
makes RSA keys alone: both ways, each with both host keys pinned."""
import shutil

from enrolling import Fresh
from router import ID, SERVER_AT, run
from harness import archive, check, eq

VERSIONS = (("bullseye", "2020.81"), ("trixie", "2025.89"))
RSA_ONLY = """#!/bin/sh
# dropbearkey, as it was before OpenWrt 21.02
case " $* " in
*" -t ed25519 "*)	echo "Unknown key type 'ed25519'" >&2; exit 1 ;;
esac
exec /usr/bin/dropbearkey.real "$@"
"""


def put(r, name, text):
    path = r.root / "usr/bin" / name
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def use(r, client):
    """That version's programs, in the device's root where they are here."""
    folder = client.parent
    shutil.copytree(folder, r.root / str(folder).lstrip("/"), symlinks=True)
    put(r, "dbclient", client.read_text())
    key = archive.only(folder / "root", "**/bin/dropbearkey")
    put(r, "dropbearkey", client.read_text().replace(
        str(archive.only(folder / "root", "usr/bin/dbclient")), str(key)))


def enrolled(r, kind, version):
    """By a token, then as from a web server; both are let in and poll."""
    after = r.server.events.mark()
    r.paste(r.token()).ok()
    key(r, kind, version, after)
    after = r.server.events.mark()
    done = r.install(
        SSH_SERVER=f"{SERVER_AT}:{r.server.port}", ET_FINGERPRINT=" ".join(
            k.fingerprint for k in r.server.hostkeys)).ok()
    line = next(w for w in done.out.splitlines() if "et-admin device add" in w)
    check(f"echo '{kind} AAAA" in line, f"what to paste: {done}")
    r.server.admin_ok("device", "add", ID, "--key", "-",
                      data=(line.split("'")[1] + "\n").encode())
    r.phone("poll").ok()
    key(r, kind, version, after)


def key(r, kind, version, after):
    row = r.server.admin_json("key", "list", ID)[0]
    eq(row["type"], kind, f"{version}: the key's type")
    event = r.server.events.wait("heartbeat", after=after, device=ID)
    check(version in event["client"], f"{version}: {event}")
    pins = (r.root / "etc/et-phone-home/.ssh/known_hosts").read_text()
    eq([line.split()[1] for line in pins.splitlines()],
       ["ssh-ed25519", "ssh-rsa"], f"{version}: what is pinned")
    r.uninstall()
    r.server.admin_ok("device", "remove", ID)


def test(t):
    clients = [archive.dbclient(*version) for version in VERSIONS]
    r = Fresh(t)
    shutil.copy(r.root / "usr/bin/dropbearkey",
                r.root / "usr/bin/dropbearkey.real")
    put(r, "dropbearkey", RSA_ONLY)
    enrolled(r, "ssh-rsa", "dropbear")
    for client, (_, version) in zip(clients, VERSIONS):
        use(r, client)
        enrolled(r, "ssh-ed25519", version)


run(test)
