#!/usr/bin/python3
"""et-admin doctor: one verdict for each thing that can be wrong with a device,
each made to happen."""
import json
import threading

from harness import Server, check, eq, eventually, fresh_port, run
from harness.clients import Device, Key
from harness.operators import operator
from harness.waiting import Waiting


def doctor(server, name="kitchen", code=None):
    done = server.admin("doctor", name, "--json")
    row = json.loads(done.out)
    eq(done.code, 0 if row["well"] else 1, f"the exit status: {done}")
    if code is not None:
        eq(done.code, code, f"the exit status: {row}")
    return row


def verdict(server, *texts, code=1):
    """It comes to say all of these."""
    def says():
        row = doctor(server)
        return row if all(x in row["verdict"] for x in texts) else None
    try:
        row = eventually(says, what=str(texts), every=0.1)
    except Exception:
        print(doctor(server))
        raise
    eq(0 if row["well"] else 1, code, str(row))
    return row


def test(t):
    server = Server(t, redeliver=1)
    server.admin_ok("device", "add", "kitchen-1", "--alias", "kitchen",
                    "--tag", "a")
    verdict(server, "no key", "et-admin key add kitchen-1")
    key = Key(t, "kitchen")
    device = Device(server, "kitchen-1", key)
    server.admin_ok("key", "add", "kitchen-1", key.pub)
    verdict(server, "never phoned home", "et-phone-home doctor")

    # Another key under its name: said, as somebody's.
    stranger = Device(server, "kitchen-1", Key(t, "stranger"))
    check(stranger.poll().code != 0, "a stranger's key")
    row = verdict(server, "under its name", "unknown key", "127.0.0.1")
    eq(row["refused"], None, "nothing of its own key")

    # Its own key under another name.
    check(Device(server, "other", key).poll().code != 0, "another name")
    row = verdict(server, "its login is refused", "key of another device")
    eq(row["refused"]["reason"], "key of another device", "what it rests on")

    # Then it comes: that is over.
    device.answer("poll 1")
    row = verdict(server, "no problem", "next poll is expected in", code=0)
    check(row["due"] is not None and row["addr"] == "127.0.0.1", str(row))
    operator(server, "alice", "operator", "a")
    operator(server, "bob", "operator", "b")
    operator(server, "victor", "viewer")
    eq(doctor(server)["reach"], ["alice"], "who may reach it")

    # Strangers may knock: it is well all the same, and no more is stored.
    for _ in range(5):
        stranger.poll()
    row = verdict(server, "no problem", code=0)
    eq(row["refused_name"]["reason"], "unknown key", "that is shown")

    server.admin_ok("device", "disable", "kitchen")
    verdict(server, "disabled", "et-admin device enable")
    check(device.poll().code != 0, "it is refused")
    server.admin_ok("device", "enable", "kitchen")
    device.answer("poll 1")
    verdict(server, "no problem", code=0)

    # It answers the wish, and the tunnel does not come.
    ada = operator(server, "ada", "admin")
    transport = ada.login()
    threading.Thread(target=lambda: ada.open("kitchen", 22, transport),
                     daemon=True).start()
    eventually(lambda: doctor(server)["inbox"]["queued"] == 1,
               what="the wish is in its inbox")
    check("22:22" in device.answer("poll 1"), "it is told")
    words = "did not open port 22 within 1 s of its poll"
    server.events.wait("jump.refused", device="kitchen-1", reason=words)
    device.answer("poll 1")
    row = verdict(server, "phones home", words, "allow")
    eq(row["last_jump"]["reason"], words, "what it rests on")
    shown = server.admin_json("device", "show", "kitchen")[0]
    eq(shown["last_jump"]["reason"], words, "device show")

    # It holds a connection, with a port in it.
    port = fresh_port()
    waiting = Waiting(device)
    server.admin_ok("forward", "open", "kitchen", f"22:{port}")
    waiting.line()
    device.tunnel((22, port))
    server.events.wait("forward.open", sport=port)
    row = verdict(server, "holds a connection", code=0)
    eq(row["listener"]["open"], 1, str(row))
    # By SSH, for who sees it.
    status, out, _err = ada.command("doctor kitchen", transport)
    check(status == 0 and "holds a connection" in out, out)
    waiting.end()

    server.stop()
    verdict(server, "no server is running")
    done = server.admin("doctor", "nobody")
    check(done.code == 1 and done.err.count("\n") == 1, str(done))


run(test)
