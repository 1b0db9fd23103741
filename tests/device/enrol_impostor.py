#!/usr/bin/python3
"""A server with other host keys, where the pasted command leads: dbclient and
ssh leave before they log in, and it never has the token.  Nor has it from the
installer, whose host keys are those of the command."""
from enrolling import SSH, Fresh
from router import SERVER_AT, Server, run
from harness import check, eq


class Impostor:
    """A real et-sshd that takes tokens, since it has a token of its own."""

    def __init__(self, case, name, *types):
        self.server = Server(case, name, rsa=True, start=False,
                             listen=[f"{SERVER_AT}:0"])
        self.keys = [k for k in self.server.hostkeys if k.kind in types]
        self.server.set(host_keys=[str(k.openssh) for k in self.keys])
        self.server.start()
        self.server.admin_ok("token", "new", "--server", "h:22", "--uses", "9")
        self.at = f"{SERVER_AT}:{self.server.port}"
        self.seen = self.server.events.mark()

    def told(self):
        """Who connected since the last call, and what was told it."""
        after, events = self.seen, self.server.events
        events.wait("session.close", after=after)
        self.seen = events.mark()
        return [e for kind in ("login", "login.refused", "enroll.login")
                for e in events.find(kind, after=after)]


def pasted(r, other, client):
    done = r.paste(r.token("--server", other.at), client=client)
    eq(other.told(), [], f"{client} told it")
    r.refused(done, "the installer did not come")
    eq(r.left(), {}, "left on the device")


def unpinned(r, other):
    """It shows a key of a type that is not pinned: without a terminal dbclient
    reads the answer to its question where the token stands."""
    row = r.token("--server", other.at)
    rsa = next(k for k in r.server.hostkeys if k.kind == "rsa")
    line = row["dropbear"].replace(f" '{SERVER_AT} {rsa.type} {rsa.base64}'",
                                   "").replace(row["text"],
                                               "y" + row["text"][1:])
    done = r.paste(dict(row, dropbear=line))
    eq(other.told(), [], "it told it")
    r.refused(done, "the installer did not come")


def installed(r, other, client):
    """The installer has come from the true one."""
    row = r.token()
    (r.root / "root/known_hosts").write_text(
        "".join(f"{SERVER_AT} {k.type} {k.base64}\n"
                for k in r.server.hostkeys))
    done = r.install(ET_TOKEN=row["text"], ET_SERVER=other.at,
                     ET_CLIENT=client, ET_KNOWN_HOSTS="/root/known_hosts")
    eq(other.told(), [], f"{client} told it")
    r.refused(done, "its host key is NOT the pinned one: refused")
    r.run("rm", "-r", "/etc/et-phone-home").ok()


def believed(r, other, client):
    """With its own keys in the command it would have had the token."""
    row = r.token("--server", other.at)
    for key, own in zip(r.server.hostkeys, other.keys):
        row[client] = row[client].replace(key.base64, own.base64)
    r.paste(row, client=client)
    check(any(e.get("token") == row["token"] for e in other.told()),
          f"{client} did not tell it")


def test(t):
    r = Fresh(t)
    for program in SSH:
        r.add_program(program, f"usr/bin/{program}")
    r.before = r.files()
    for n, types in enumerate((["ed25519"], ["rsa"], ["ed25519", "rsa"])):
        other = Impostor(t, f"impostor{n}", *types)
        pasted(r, other, "dropbear")
        pasted(r, other, "openssh")
        if types == ["rsa"]:
            unpinned(r, other)
    check(len(other.keys) == 2, "it has both")
    installed(r, other, "dbclient")
    installed(r, other, "ssh")
    believed(r, other, "dropbear")
    believed(r, other, "openssh")


run(test)
