#!/usr/bin/python3
"""et-notify -t names the file, the line and what is wrong, never a secret; and
--test says what came back."""
from harness import check, eq, run
from harness.case import SRCDIR
from harness.notifying import Notify, Webhook, secret

WRONG = [
    ("webhook a { }", ":1: webhook a: url or url-file is needed"),
    ('webhook a { url = "ftp://sesame" }',
     ":1: url: neither http:// nor https://"),
    ('\n\nwebhook a {\n\turl = "http://x"\n\ttemplate = "xml" }',
     ":5: template: unknown: xml; there are json, ntfy, slack, teams, "
     "telegram, pagerduty, alertmanager"),
    ('webhook a { url = "http://x" template = "ntfy" }',
     "webhook a: target is needed by this template"),
    ('webhook a { template = "pagerduty" }',
     "webhook a: secret-file is needed by this template"),
    ('webhook a { url = "http://x" headers = {"nonsense"} }',
     ':1: headers: no "Name: value"'),
    ('mail a { from = "et@x" }', "mail a: to and from are needed"),
    ('mail a { to = {"-oQ/tmp@x"} from = "et@x" }', ":1: to: no mail address"),
    ('mail a { to = {"a@x, b@x"} from = "et@x" }', ":1: to: no mail address"),
    ('command a { command = {"sh"} }', "command is no absolute path"),
    ('command a { command = {"/bin/cat"} }\ncommand a { }', ":2: "),
    ('command a { command = {"/bin/cat"} }\nmail a { }',
     "another receiver has this name"),
    ('command "a b" { command = {"/bin/cat"} }', "a name is 1 to 31 letters"),
    ('command a { command = {"/bin/cat"} rate = -1 }',
     ":1: rate: not from 0 to 36000: -1"),
    ('command a { command = {"/bin/cat"} events = {"opened"} }',
     ":1: events: neither open nor close: opened"),
    ('command a { command = {"/none"} }', "command a: /none: No such file"),
    ("keep = 0", ":1: keep: not from 1 to 720: 0"),
    ("nonsense = 1", ":1: no such option 'nonsense'"),
    ('stream = "/none/alerts.log"', "stream: /none: No such file"),
    ('state = "/none"', "state: /none: No such file"),
    ("", "no receiver is configured"),
]


def test(t):
    n = Notify(t, "")
    for text, want in WRONG:
        n.conf.write_text(text)
        done = n.run("-t")
        eq(done.code, 78, f"{text}: {done}")
        check(want in done.err and "sesame" not in done.err, f"{text}: {done}")
    token = secret(t.dir / "token", "sesame")
    token.chmod(0o644)
    hook = Webhook(t)
    n.write_conf(f'webhook a {{ url = "{hook.url()}" secret-file = "{token}" }}'
                 '\nwebhook b { url = "http://localhost:1/" }\n')
    done = n.run("-t")
    check("everybody may read or write it" in done.err, done)
    done = n.run("--test", "a")
    eq(done.code, 1, f"{done}")
    check("not sent, would be tried again" in done.out, done)
    token.chmod(0o640)
    eq(n.run("-t").ok().out, "2 receivers, no mistakes\n", "-t")
    eq(n.run("--test", "a").ok().out, "webhook a: sent: status 200: ok\n",
       "--test")
    eq((hook.got[0][2]["kind"], hook.got[0][1]["Authorization"]),
       ("test", "Bearer sesame"), "the test alert")
    done = n.run("--test", "b")
    check("b: not sent, would be tried again: Couldn't connect" in done.out,
          done)
    eq(n.run("--test", "c").code, 2, "no such receiver")
    eq(n.run("-t", "more").code, 2, "usage")
    completion = SRCDIR / "contrib/completions/et-notify.bash"
    eq(t.run(["bash", "-c", f". {completion}; COMP_WORDS=(et-notify -f "
              f"{n.conf} --test ''); COMP_CWORD=4; _et_notify; "
              'echo "${COMPREPLY[@]}"']).ok().out, "a b\n", "completion")
    check("--test NAME" in n.run("--help").ok().out, "help")


run(test)
