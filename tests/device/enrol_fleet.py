#!/usr/bin/python3
"""One token for three devices, and the fourth is refused; a token for one id;
one that expires; two devices that claim one id.  Each is said on the device.
More than five tokens that are refused in a minute would be too many of one source."""
from enrolling import Fresh
from router import SERVER_AT, run
from harness import check, eq, eventually


def another(r):
    """The device goes, and one with nothing of ours comes."""
    r.uninstall()


def left(r, row):
    """How often the token may be used, and its state."""
    return next((t["uses_left"], t["state"])
                for t in r.server.admin_json("token", "list")
                if t["token"] == row["token"])


def fleet(r):
    row = r.token("--uses", "3", "--tag", "site-a", "--tag", "roof")
    for n, name in enumerate(("one", "two", "three")):
        done = r.paste(row, name).ok()
        check(f"has enrolled this device as {name}" in done.out, f"{done}")
        r.polls(1, name)
        eq(left(r, row)[0], 2 - n, "uses left")
        another(r)
    done = r.paste(row, "four")
    r.refused(done, "the installer did not come", "expired or used up")
    check("refused token used up" in done.out, "the server's word")
    # Nor with an installer that it has from elsewhere.
    r.refused(with_token(r, row, "four"), "the token is used up: there,")
    eq({d["device"]: d["tags"] for d in r.server.admin_json("device", "list")},
       {name: ["roof", "site-a"] for name in ("one", "two", "three")}, "tags")


def with_token(r, row, name, **env):
    """The installer, by itself, with the host keys in a file."""
    known = r.root / "root/known_hosts"
    known.write_text("".join(f"{SERVER_AT} {k.type} {k.base64}\n"
                             for k in r.server.hostkeys))
    return r.install("--id", name, ET_TOKEN=row["text"],
                     ET_SERVER=f"{SERVER_AT}:{r.server.port}",
                     ET_KNOWN_HOSTS="/root/known_hosts", **env)


def one_id(r):
    row = r.token("--device", "attic", "--uses", "2")
    r.refused(with_token(r, row, "cellar"), "token of another device")
    r.paste(row).ok()
    r.polls(1, "attic")
    another(r)
    # The same id with another key: refused, and an event.
    r.refused(r.paste(row), "another key has the id attic there",
              "et-admin key revoke")
    event = r.server.events.wait("enroll.refused", reason="id taken")
    eq((event["device"], event["token"]), ("attic", row["token"]), "event")
    eq(left(r, row), (1, "good"), "the token")
    # What the operator is told to do helps.
    key = r.server.admin_json("key", "list", "attic")[0]["key"]
    r.server.admin_ok("key", "revoke", key)
    r.paste(row).ok()
    # One key, two ids.
    r.refused_installed(with_token(r, r.token(), "cellar"),
                        "this device's key has another id there")
    r.server.admin_ok("device", "disable", "attic")
    r.refused_installed(r.paste(r.token("--uses", "2"), "attic"),
                        "refused device disabled")
    another(r)


def too_late(r):
    row = r.token("--ttl", "1s")
    eventually(lambda: left(r, row)[1] == "expired", what="it expires",
               every=0.1)
    done = r.paste(row)
    r.refused(done, "the installer did not come")
    check("refused token expired" in done.out, "the server's word")
    r.refused(with_token(r, row, "late"), "the token has expired: there,")
    row = r.token()
    r.server.admin_ok("token", "revoke", row["token"])
    r.refused(with_token(r, row, "late"), "the token was refused")


def test(t):
    r = Fresh(t)
    fleet(r)
    one_id(r)
    too_late(r)


run(test)
