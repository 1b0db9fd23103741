#!/usr/bin/python3
"""et-notify's mails: by a real sendmail (msmtp) and by SMTP itself to a real SMTP
server; open and close thread; a subject of the stream adds no header; and a
command is given the alert on its stdin."""
import email
import email.policy
import json
import shutil

from harness import Skip, check, eq, eventually, run
from harness.notifying import Mailbox, Notify, alert

CONF = """
mail program {{ to = {{"ops@example.com", "boss@example.com"}}
	from = "et@server.example" sendmail = "{sendmail}" }}
mail direct {{ to = {{"ops@example.com"}} from = "et@server.example"
	smtp = "smtp://localhost:{port}" }}
command hook {{ command = {{"{hook}", "a word; and more"}} }}
"""
HOOK = """#!/bin/sh
[ "$1" = "a word; and more" ] || exit 3
printf '%s %s ' "$ET_ALERT_ID" "$ET_ALERT_EVENT" >>{0}
cat >>{0}
echo >>{0}
"""


def program(path, text):
    path.write_text(text)
    path.chmod(0o755)
    return path


def look(mails):
    opened, closed, hostile = (
        email.message_from_bytes(m, policy=email.policy.default)
        for _, _, m in mails)
    eq(opened["Subject"], "warning: kitchen is gone 1", "subject")
    eq(opened["From"], "et@server.example", "from")
    eq(opened["Message-ID"], "<et-alert.a1.open@server.example>", "id")
    eq(opened["Auto-Submitted"], "auto-generated", "Auto-Submitted")
    check("subject: kitchen" in opened.get_content(), opened.get_content())
    eq(closed["In-Reply-To"], opened["Message-ID"], "the close's thread")
    eq(closed["References"], opened["Message-ID"], "the close's thread")
    eq(hostile["Bcc"], None, "a header from the stream")
    eq(hostile["Subject"],
       "critical: gone  Bcc: all@example.com \u00fc\u20ac" + "x" * 500,
       "its subject")
    check("\n.\nQUIT" not in hostile.get_content(), "SMTP in the body")


def test(t):
    if shutil.which("msmtp") is None:
        raise Skip("no msmtp")
    box = Mailbox(t)
    out = t.dir / "hook.out"
    sendmail = program(t.dir / "sendmail", "#!/bin/sh\nexec msmtp "
                       f"--host=127.0.0.1 --port={box.port} --tls=off "
                       '--auth=off "$@"\n')
    n = Notify(t, CONF.format(sendmail=sendmail, port=box.port, hook=program(
        t.dir / "hook", HOOK.format(out))))
    n.stream.touch()
    n.start()
    n.write(alert(1), alert(2, "close", id="a1"), alert(
        3, severity="critical",
        summary="gone\r\nBcc: all@example.com \u00fc\u20ac" + "x" * 500,
        subject="kitchen\r\n.\r\nQUIT\r\n"))
    box.wait(6)
    mails = {("ops@example.com", "boss@example.com"): [],
             ("ops@example.com",): []}
    for mail in box.got:
        eq(mail[0], "et@server.example", "envelope")
        mails[tuple(mail[1])].append(mail)
    for each in mails.values():
        look(each)
    eventually(lambda: out.exists() and out.read_text().count("\n") == 3,
               what="the command")
    lines = out.read_text().splitlines()
    check(lines[1].startswith("a1 close {"), lines[1])
    eq(json.loads(lines[0].split(" ", 2)[2]), alert(1), "on stdin")
    done = n.run("--test", "direct").ok()
    check("mail direct: sent: status 250" in done.out, done)
    done = n.run("--test", "hook").ok()
    check("command hook: sent: status 0" in done.out, done)


run(test)
