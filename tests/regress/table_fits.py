#!/usr/bin/python3
"""On a terminal no line of a table is wider than it is, whatever it holds: columns
are dropped in the order of et-admin(8), then cut.  In a pipe all are there.
Colours are for states, on a terminal that has them and wants them; by SSH, too."""
from harness import Server, check, eq, eventually, run
from harness.operators import operator
from harness.terminal import Terminal, colours, lines

LONG = "unit-" + "0123456789" * 5 + "-longest"
TITLES = ["DEVICE", "ALIAS", "STATE", "LAST SEEN", "ADDRESS", "CLIENT",
          "POLLS EVERY", "TAGS", "NOTE"]
LISTS = (("device", "list"), ("key", "list"), ("forward", "list"),
         ("permit", "list"), ("operator", "list"), ("session", "list"),
         ("token", "list"), ("heartbeat", "tail"))


def shown(t, argv, columns, code=0, **env):
    terminal = Terminal(t, argv, columns, **env)
    eq(terminal.end(), code, terminal.seen)
    found = lines(terminal.seen)
    for line in found:
        check(len(line) <= columns, f"{argv[-2:]} at {columns}: {line!r}")
    return terminal.seen, found


def heads(found):
    """The titles in the first line, and those that the foot says."""
    foot = " ".join(found[next((i for i, line in enumerate(found)
                                if line.startswith("Not shown")),
                               len(found)):])
    return ([title for title in TITLES if title in found[0]],
            [title for title in TITLES if title in foot])


def fill(server):
    server.device("kitchen-1", "--alias", "kitchen", "--tag", "a").poll().ok()
    server.device(LONG, "--alias", "a" + LONG[1:], "--tag", "b")
    server.device("cellar-1", "--tag", "a", "--tag", "lab", "--tag", "second")
    server.admin_ok("device", "disable", "cellar-1")
    server.admin_ok("forward", "open", LONG, "22:9000")
    server.admin_ok("permit", "add", LONG, "9001-9009")
    server.admin_ok("token", "new", "--tag", "lab",
                    "--server", "vm:2222")
    eventually(lambda: [r for r in server.admin_json("device", "list")
                        if r["state"] == "online"], what="one is online")


def widths(t, server, et_admin):
    for noun in LISTS:
        for columns in (12, 40, 80, 200):
            shown(t, [*et_admin, *noun], columns)
    # The values of a record are whole, in as many lines as they need.
    shown(t, [*et_admin, "device", "show", LONG], 85)
    shown(t, [*et_admin, "status"], 85)
    # All of them, where there is room.
    _text, found = shown(t, [*et_admin, "device", "list"], 300)
    eq(heads(found), (TITLES, []), "300 columns")
    check(LONG in "".join(found), "the name is whole")
    server.admin_ok("device", "remove", LONG)
    # In this order they go, and the foot says which.
    gone = []
    for columns in range(140, 30, -1):
        _text, found = shown(t, [*et_admin, "device", "list"], columns)
        has, said = heads(found)
        eq(sorted(has + said), sorted(TITLES), f"at {columns}")
        gone += [title for title in said if title not in gone]
    eq(gone[:4], ["CLIENT", "POLLS EVERY", "ADDRESS", "TAGS"], "the order")
    check("DEVICE" not in gone and "STATE" not in gone, f"{gone}")


def environment(t, server, et_admin):
    wide = server.admin_ok("device", "list").out.splitlines()
    eq(heads(wide), (TITLES, []), "in a pipe")
    narrow = t.run(["env", "COLUMNS=50", *et_admin, "device", "list"]).ok()
    check(max(map(len, narrow.out.splitlines())) <= 50, narrow.out)
    for wrong in ("0", "-1", "50x", "", "99999999999999999999"):
        done = t.run(["env", f"COLUMNS={wrong}", *et_admin, "device", "list"])
        eq(done.out.splitlines()[0], wide[0], f"COLUMNS={wrong}")
    _text, found = shown(t, [*et_admin, "device", "list"], 200, COLUMNS="60")
    check(max(map(len, found)) <= 60, "COLUMNS is more than the terminal")
    # Colours: each only where it belongs.
    text, _found = shown(t, [*et_admin, "device", "list"], 80)
    check("\x1b[32monline\x1b[0m" in text, repr(text))
    check("\x1b[31mdisabled\x1b[0m" in text, repr(text))
    eq(len(colours(text)), 4, "nothing else is coloured")
    for env in ({"NO_COLOR": "1"}, {"NO_COLOR": "0"}, {"TERM": "dumb"},
                {"TERM": None}, {"TERM": ""}):
        text, _found = shown(t, [*et_admin, "device", "list"], 80, **env)
        eq(colours(text), [], f"{env}")
    text, _found = shown(t, [*et_admin, "device", "list"], 80, NO_COLOR="")
    eq(len(colours(text)), 4, "an empty NO_COLOR")
    check("\x1b" not in "".join(wide), "in a pipe")
    text, _found = shown(t, [*et_admin, "device", "list", "--json"], 40 * 100)
    check("\x1b" not in text, "in JSON")


def chosen(server):
    out = server.admin_ok("device", "list", "-o", "state,device,note").out
    eq(out.split("\n")[0].split(), ["STATE", "DEVICE", "NOTE"], "-o")
    rows = server.admin_json("device", "list", "--columns", "state,device")
    eq(rows[0], {"device": "kitchen-1", "state": "online"}, "in JSON")
    done = server.admin("device", "list", "-o", "device,colour")
    eq((done.code, done.out), (2, ""), "no such column")
    check("no such column: colour; there are device, alias" in done.err,
          done.err)
    eq(server.admin("device", "list", "-o", "").code, 2, "none")
    eq(server.admin("device", "show", "kitchen", "-o", "state").code, 2,
       "where no list is")


def by_ssh(t, server):
    ada = operator(server, "ada", "admin")
    for columns in (40, 80):
        text, found = shown(t, [*ada.argv("ssh", "-tt"), "device list"],
                            columns)
        check("DEVICE" in text and "Not shown" in text, text)
        check("\x1b[32monline" in text, repr(text))
    text, _found = shown(t, [*ada.argv("ssh", "-tt"), "device list"], 80,
                         TERM="dumb")
    eq(colours(text), [], "a dumb one")
    done = t.run([*ada.argv("ssh"), "device list"]).ok()
    eq(heads(done.out.splitlines()), (TITLES, []), "without a terminal")
    check("\x1b" not in done.out, done.out)
    # Numbers that are nobody's.
    channel = ada.login().open_session()
    channel.get_pty("xterm", 2 ** 32 - 1, 2 ** 31)
    channel.exec_command("device list")
    check(b"DEVICE" in channel.makefile("rb").read(), "an absurd width")


def test(t):
    server = Server(t)
    fill(server)
    et_admin = [server.bin / "admin" / "et-admin", "-c", server.conf]
    widths(t, server, et_admin)
    environment(t, server, et_admin)
    chosen(server)
    by_ssh(t, server)
    eq(server.events.find("worker.exit"), [], "workers that ended")


run(test)
