#!/usr/bin/python3
"""Acts on the page: with the key that the command page prints, as the role may, in a
console of its own and with the events of the command; not without the key, with
another's, from another origin, nor what is no act."""
import hashlib
import json

from harness import Server, check, eq, fresh_port, run
from harness.operators import operator
from harness.page import KeyPage, Page

INSTALLER = b"echo installed\n"
OWN = "Sec-Fetch-Site: same-origin"


def acts(server, who, role):
    """(act, words, whether the role may)"""
    admin = role == "admin"
    return (("device disable", ("kitchen",), admin),
            ("device enable", ("kitchen",), admin),
            ("device tag", ("kitchen", "+new"), admin),
            ("device alias", ("kitchen", f"of-{who}"), admin),
            ("forward open", ("kitchen", f"22:{fresh_port()}"),
             role != "viewer"))


def try_role(server, role):
    name = f"the-{role}"
    who = operator(server, name, role, *(["a"] if role == "operator" else []))
    page = KeyPage(who)
    me = page.json("/api/me")[1]
    for act, words, may in acts(server, name, role):
        after = server.events.mark()
        status, answer = page.act(act, *words, key=page.secret)
        eq(status, 200, f"{role}: {act}: {answer}")
        eq(answer["status"], 0 if may else 1, f"{role}: {act}: {answer}")
        eq(act in me["acts"], may, f"{role}: {act}: {me}")
        check(may or "not permitted to the role" in answer["err"], str(answer))
        event = server.events.wait("command", after=after, operator=name)
        eq((event["command"], event["status"]),
           (" ".join((act, *words)), answer["status"]), str(event))
        if may:
            eq(server.events.wait("admin", after=after)["operator"], name,
               "who has changed it")
    return page


def new_token(server, page):
    """A token with the line to paste, which has the host key of the server."""
    status, answer = page.act("token new", "--json", "--server", "et.example",
                              key=page.secret)
    eq((status, answer["status"]), (200, 0), str(answer))
    made = json.loads(answer["out"])
    eq(made["server"], f"et.example:{server.port}", "where it is found")
    key = server.hostkeys[0].line.split()[1]
    check(made["text"] in made["openssh"] and key in made["openssh"], str(made))
    eq(made["installer"], hashlib.sha256(INSTALLER).hexdigest(), "the installer")


def refused(server, page, other):
    """What is refused, and changes nothing."""
    key = page.secret
    kitchen = ("device disable", "kitchen")
    for status, options, secret in (
            (403, (), None), (403, (), "0" * 32), (403, (), "00"),
            (403, (), other.secret),
            (403, ("-H", "Origin: http://evil.example"), key),
            (403, ("-H", "Origin: null"), key),
            (403, ("-H", f"Origin: http://kitchen.localhost:{page.port}"), key),
            (403, ("-H", "Sec-Fetch-Site: cross-site"), key),
            (403, ("-H", "Sec-Fetch-Site: same-site"), key),
            (403, ("-H", "Sec-Fetch-Site: none"), key),
            (415, ("-H", "Content-Type: text/plain"), key)):
        got, answer = page.act(*kitchen, key=secret, options=options)
        eq(got, status, f"{options} {secret}: {answer}")
    eq(page.curl("/api/act", "-H", "Host: evil.example", "-d", "{}")[0], 421,
       "a name that was rebound")
    for act in ("device remove", "operator add", "operator remove", "device",
                "device disable kitchen;", "device disablekitchen", "backup",
                "key add", "page", ""):
        got, answer = page.act(act, "kitchen", key=key)
        check(got in (400, 403), f"{act}: {got} {answer}")
    for body in ("", "{", "[]", "{\"act\":1}", "{\"act\":\"device disable\","
                 "\"args\":[\"kitchen\", 1]}", "{\"act\":\"device disable\","
                 "\"args\":[\"kit\\u0000chen\"]}", "{\"act\":\"device disable\","
                 "\"args\":[\"kitchen\"],\"more\":1}"):
        got, answer = page.json("/api/act", "-H", "Content-Type: application/json",
                                "-H", f"X-Et-Key: {key}", "--data-binary", body)
        eq(got, 400, f"{body}: {answer}")
    eq(server.admin_json("device", "show", "kitchen")[0]["enabled"], True,
       "the device is as it was")


def test(t):
    server = Server(t, start=False)
    installer = server.dir / "install.sh"
    installer.write_bytes(INSTALLER)
    server.set(operator_ports=["10000-60000"], installer=str(installer),
               listen=[f"127.0.0.1:{fresh_port()}"])
    server.start()
    server.device("kitchen", "--tag", "a")
    pages = {role: try_role(server, role)
             for role in ("viewer", "operator", "admin")}
    admin = pages["admin"]
    eq(admin.act("device enable", "kitchen", key=admin.secret,
                 options=("-H", OWN, "-H", f"Origin: http://localhost:{admin.port}")
                 )[1]["status"], 0, "as the page itself asks")
    eq(admin.act("device tag", "kitchen", "+a b", key=admin.secret)[1]["status"], 1,
       "a word with a blank stays one word, and is no tag")
    new_token(server, admin)
    refused(server, admin, pages["operator"])
    plain = Page(operator(server, "root-too", "admin"))
    eq(plain.act("device disable", "kitchen", key=admin.secret)[0], 403,
       "the key of another connection")
    admin.ssh.stdin.close()
    eq(admin.ssh.wait(30), 0, "the command page ends with its input")


run(test)
