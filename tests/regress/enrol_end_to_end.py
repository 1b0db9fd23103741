#!/usr/bin/python3
"""A device registers itself with a token, with each client, and polls."""
from harness import Server, check, eq, run
from harness.enrolment import STAND_IN, Token, installer


def test(t):
    server = Server(t, rsa=True, start=False)
    installer(server)
    server.start()
    for client, kind, bits in (("dbclient", "ed25519", None),
                               ("ssh", "rsa", 2048)):
        name = f"new-{client}"
        token = Token(server, "--tag", "lab")
        # The installer comes first, and uses nothing up.
        after = server.events.mark()
        eq(token.run("install 1", client).ok().out, STAND_IN, "the installer")
        came = server.events.wait("enroll.login", after=after)
        eq(came["token"], token.name, "token in the event")
        server.events.wait("enroll.install", after=after, conn=came["conn"])
        device = token.device(name, client, kind, bits)
        done = server.events.wait("enroll", after=after, device=name)
        eq((done["key"], done["token"], done["reason"]),
           (device.key.fingerprint, token.name, "new"), "the event")
        # It may log in as soon as it has the answer.
        eq(device.answer("poll 1", client), ["0"], "its first poll")
        row = [r for r in server.admin_json("device", "list")
               if r["device"] == name][0]
        eq(row["tags"], ["lab"], "its tags")
        left = {r["token"]: r["uses_left"]
                for r in server.admin_json("token", "list")}
        eq(left[token.name], 0, "uses that are left")
    check(token.text.encode() not in server.events_path.read_bytes() and
          token.text[9:].encode() not in server.events_path.read_bytes(),
          "the secret is in no event")
    check(token.text not in server.errors(), "nor on stderr")


run(test)
