#!/usr/bin/python3
"""The pasted command without a terminal, on what OpenWrt 15.05 to 19.07 has:
dbclient without passwords from the environment, RSA keys alone.  It enrols; again
it keeps the key; what is refused is said.  By ETPH_LONG with a dropbear that was
built so from its source, too."""
import os
import shutil

from enrolling import Fresh
from router import ID, SERVER_AT, run
from harness import archive, check, eq

DBCLIENT = """#!/bin/sh
# dbclient, as it is built with DROPBEAR_USE_PASSWORD_ENV 0
unset DROPBEAR_PASSWORD
exec /usr/bin/dbclient.real "$@"
"""
DROPBEARKEY = """#!/bin/sh
# dropbearkey, as it was before OpenWrt 21.02
case " $* " in
*" -t ed25519 "*)	echo "Unknown key type 'ed25519'" >&2; exit 1 ;;
esac
exec /usr/bin/dropbearkey.real "$@"
"""
BUILT = ("dbclient", "dropbearkey")


def put(r, name, text):
    path = r.root / "usr/bin" / name
    path.rename(path.with_name(f"{name}.real"))
    path.write_text(text)
    path.chmod(0o755)


def enrols(r):
    row = r.token("--uses", "2")
    done = r.paste(row).ok()
    check(f"has enrolled this device as {ID}" in done.out and
          "answers: 0" in done.out, f"what it says: {done}")
    eq(r.server.admin_json("key", "list", ID)[0]["type"], "ssh-rsa", "key")
    r.check_left()
    r.no_secret(row)
    before = r.files()
    r.paste(row).ok()
    eq(r.server.events.find("enroll")[-1]["reason"], "again", "event")
    eq(r.files(), before, "files after the second time")


def refused(r, row):
    """A token that is wrong, while there is one that is good; then none is."""
    after = r.server.events.mark()
    wrong = dict(row, dropbear=row["dropbear"].replace(
        row["text"], f"aaaaaaaa.{'a' * 26}"))
    r.refused(r.paste(wrong), "or the token is wrong")
    check("refused bad token" in r.paste(wrong).out, "the server's word")
    r.server.admin_ok("token", "revoke", row["token"])
    r.refused(r.paste(row), "or the token is wrong")
    eq(r.server.events.find("enroll", after), [], "registered")


def no_sha256(r):
    """15.05 has nothing to make a fingerprint with: it says so, and what to do."""
    r.add_program("dash", "bin/dash")     # ash has all applets at hand
    link = r.root / "usr/bin/sha256sum"
    to = os.readlink(link)
    link.unlink()
    r.before = r.files()
    server = f"{SERVER_AT}:{r.server.port}"
    prints = " ".join(k.fingerprint for k in r.server.hostkeys)
    r.refused(r.install(SSH_SERVER=server, ET_FINGERPRINT=prints,
                        shell="/bin/dash"), "neither sha256sum nor openssl",
              "ET_KNOWN_HOSTS=FILE", f"hostkey show --host {SERVER_AT}")
    (r.root / "root/known_hosts").write_text(
        "".join(f"{SERVER_AT} {k.type} {k.base64}\n"
                for k in r.server.hostkeys))
    done = r.install(SSH_SERVER=server, ET_KNOWN_HOSTS="/root/known_hosts",
                     shell="/bin/dash").ok()
    check("et-admin device add" in done.out, f"{done}")
    r.uninstall()
    r.add_program("openssl", "usr/bin/openssl")
    r.before = r.files()
    r.install(SSH_SERVER=server, ET_FINGERPRINT=prints,
              shell="/bin/dash").ok()
    r.uninstall()
    link.symlink_to(to)


def test(t):
    built = archive.dropbear_built("DROPBEAR_USE_PASSWORD_ENV 0") \
        if os.environ.get("ETPH_LONG") else None
    r = Fresh(t)
    put(r, "dbclient", DBCLIENT)
    put(r, "dropbearkey", DROPBEARKEY)
    enrols(r)
    r.uninstall()
    refused(r, r.token())
    r.server.admin_ok("device", "remove", ID)
    no_sha256(r)
    if built:
        for name in BUILT:
            shutil.copy(built / name, r.root / "usr/bin" / f"{name}.real")
        shutil.copy(built / "dbclient", r.root / "usr/bin/dbclient")
        enrols(r)


run(test)
