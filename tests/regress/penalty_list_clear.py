#!/usr/bin/python3
"""penalty list shows which sources are refused, and clear lets one in at once: at
the keyboard and by SSH, for an admin alone."""
from harness import Key, Server, check, dial, eq, eventually, run
from harness.clients import Device
from harness.operators import operator


MANY = 80               # s of a penalty: longer than any step takes


def hears(server, source):
    with dial(server.port, source) as s:
        try:
            return s.recv(100) != b""
        except ConnectionError:
            return False


def shut_out(server, source):
    """Many leave at once without a login: each costs a second."""
    after = server.events.mark()
    held = [dial(server.port, source) for _ in range(MANY)]
    for sock in held:
        check(sock.recv(100) != b"", f"{source} is let in")
    for sock in held:
        sock.close()
    server.events.wait("limit", after=after, addr=source)


def test(t):
    server = Server(t, per_source_penalties=True, max_startups=200,
                    per_source_max_startups=100)
    device = server.device()
    stranger = Device(server, device.name, Key(t, "stranger"))
    eq(server.admin_json("penalty", "list"), [], "none yet")
    shut_out(server, "127.0.0.2")
    shut_out(server, "127.0.0.3")
    rows = eventually(lambda: [r for r in [server.admin_json(
        "penalty", "list")] if len(r) == 2], what="both are listed")[0]
    eq([r["addr"] for r in rows], ["127.0.0.3", "127.0.0.2"], "newest first")
    row = rows[1]
    eq((row["reason"], row["pool"]), ("disconnected without login", "listen"), "why")
    check(1 <= row["left"] <= MANY and row["until"].endswith("Z"), f"{row}")
    table = server.admin("penalty", "ls").ok().out.splitlines()
    eq(table[0].split(), ["ADDRESS", "REFUSED", "UNTIL", "FOR", "REASON",
                          "POOL"], "the table")
    check("sources refused now" in server.admin("status").ok().out, "status")

    check(not hears(server, "127.0.0.2"), "it is refused until then")
    done = server.admin_ok("penalty", "clear", "127.0.0.2")
    eq(done.out, "127.0.0.2 has no penalty\n", "said")
    check(hears(server, "127.0.0.2"), "it is let in")
    check(not hears(server, "127.0.0.3"), "the other is not")
    eq([r["addr"] for r in server.admin_json("penalty", "list")],
       ["127.0.0.3"], "the list knows it at once")
    server.events.wait("admin", operator="root",
                       reason="penalty clear 127.0.0.2")
    # It counts from 0 again.
    stranger.poll("ssh", options=("-b", "127.0.0.2"))
    check(hears(server, "127.0.0.2"), "one fault is none")

    for wrong in ("", "localhost", "127.0.0.2/24", "2001:db8::/48",
                  "300.0.0.1", "127.0.0.2 ", "1" * 300):
        eq(server.admin("penalty", "clear", wrong).code, 2, repr(wrong))
    for right in ("2001:db8::/64", "2001:db8::1", "::ffff:127.0.0.2",
                  "127.0.0.2/32"):
        server.admin_ok("penalty", "clear", right)

    ada = operator(server, "ada", "admin")
    ollie = operator(server, "ollie", "operator", "lab")
    eq(ollie.command("penalty list")[0], 1, "not an operator's")
    eq(ollie.command("penalty clear 127.0.0.3")[0], 1, "not an operator's")
    check("127.0.0.3" in ada.command("penalty list")[1], "an admin's")
    eq(ada.command("penalty clear 127.0.0.3")[0], 0, "an admin's")
    check(hears(server, "127.0.0.3"), "it is let in")
    server.stop()
    for words in (("list",), ("clear", "127.0.0.2")):
        done = server.admin("penalty", *words)
        eq(done.code, 1, "without a server")
        check("no server is running" in done.err, done.err)


run(test)
