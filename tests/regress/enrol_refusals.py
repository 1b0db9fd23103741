#!/usr/bin/python3
"""What a good token does not register, why, and that it uses nothing up."""
from harness import Key, Server, eq, run
from harness.enrolment import Token


def test(t):
    server = Server(t)
    token = Token(server, "--uses", "9")
    one = token.device("one")
    other = Key(t, "other")
    weak = Key(t, "weak", "rsa", 1024)
    server.admin_ok("device", "alias", "one", "roof")

    def refused(command, why, which=token):
        after = server.events.mark()
        done = which.run(command)
        eq((done.code, done.out), (1, f"refused {why}\n"), command)
        return server.events.wait("enroll.refused", after=after, reason=why,
                                  token=which.name)

    def line(name, key):
        return f"enroll 1 {name} {key.type} {key.base64}"
    # Another device claims its id, or its alias; another id, its key.
    event = refused(line("one", other), "id taken")
    eq((event["device"], event["key"]), ("one", other.fingerprint), "event")
    refused(line("roof", other), "id taken")
    refused(line("two", one.key), "key in use")
    eve = Key(t, "eve")
    server.admin_ok("operator", "add", "eve", "--role", "admin",
                    "--key", "-", data=(eve.line + "\n").encode())
    refused(line("two", eve), "key in use")
    eq(token.by_key("enroll 2 two", eve).out, "refused key in use\n",
       "an operator's key, by which it has logged in")
    eq(server.events.find("store"), [], "failures of the store")
    for name in ("Two", "enroll", "..", "x/y"):
        refused(line(name, other), "bad id")
    refused(line("two", weak), "bad key")
    refused(f"enroll 1 two {other.type} {other.base64[:-4]}", "bad key")
    refused(f"enroll 1 two ssh-rsa {other.base64}", "bad key")
    refused(f"enroll 1 two {other.base64}", "bad key")
    bound = Token(server, "--device", "three")
    refused(line("two", other), "token of another device", bound)
    eq(server.admin_json("device", "list")[1:], [], "devices made")
    # The same again: nothing changes.
    eq(token.enroll("one", one.key).ok().out, "enrolled one\n", "again")
    again = server.events.wait("enroll", reason="again")
    eq(again["device"], "one", "device")
    left = {r["token"]: r["uses_left"]
            for r in server.admin_json("token", "list")}
    eq((left[token.name], left[bound.name]), (8, 1), "uses that are left")
    server.admin_ok("device", "disable", "one")
    refused(line("one", one.key), "device disabled")
    # A device that was added without a key takes one by its own token alone.
    server.admin_ok("device", "add", "three", "--alias", "attic")
    refused(line("three", other), "id taken")
    eq(bound.enroll("three", other).ok().out, "enrolled three\n", "prepared")
    eq(server.events.wait("enroll", device="three")["reason"], "prepared",
       "reason")


run(test)
