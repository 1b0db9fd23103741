#!/usr/bin/python3
"""et-notify gives each kind of receiver what it publishes that it takes: an open
and a close by each template of a webhook; secrets in their place and nowhere
else; the receivers of a filter's alerts, and no others."""
import json

from harness import check, eq, run
from harness.notifying import Notify, Webhook, alert, secret

SUMMARY = "kitchen <is> gone & \u00fc"
CONF = """
webhook plain {{ url = "{url}/plain"
	headers = {{"X-Site: home"}} }}
webhook ntfy {{ url = "{url}" template = "ntfy" target = "alerts"
	secret-file = "{token}" }}
webhook slack {{ url-file = "{where}" template = "slack" }}
webhook teams {{ url = "{url}/teams" template = "teams" }}
webhook telegram {{ url = "{url}" template = "telegram" target = "-100123"
	secret-file = "{token}" }}
webhook pagerduty {{ url = "{url}/v2/enqueue" template = "pagerduty"
	secret-file = "{token}" }}
webhook am {{ url = "{url}/api/v2/alerts" template = "alertmanager" }}
webhook critical {{ url = "{url}/critical" severities = {{"critical"}} }}
webhook site {{ url = "{url}/site" subjects = {{"tag:*"}} }}
webhook hall {{ url = "{url}/hall" subjects = {{"hall*"}} }}
webhook disk {{ url = "{url}/disk" kinds = {{"disk", "store"}} }}
webhook closed {{ url = "{url}/closed" events = {{"close"}} }}
"""


def bodies(hook):
    found = {}
    for path, headers, body in hook.got:
        found.setdefault(path, []).append((headers, body))
    return found


def plain(got):
    (headers, opened), (_, closed) = got
    eq(headers["X-Site"], "home", "a header of the configuration")
    eq(headers["Content-Type"], "application/json", "Content-Type")
    eq(headers["Idempotency-Key"], "a1.open", "Idempotency-Key")
    check("Authorization" not in headers, "no token was configured")
    eq((opened["summary"], opened["event"], opened["devices"]),
       (SUMMARY, "open", ["kitchen"]), "the alert itself")
    eq(closed["duration"], 300, "duration")


def ntfy(got):
    (headers, opened), (_, closed) = got
    eq(headers["Authorization"], "Bearer sesame-token", "Authorization")
    eq(set(opened), {"topic", "title", "message", "priority", "tags"}, "keys")
    eq((opened["topic"], opened["priority"], opened["tags"]),
       ("alerts", 5, ["rotating_light"]), "open")
    eq(opened["title"], f"critical: {SUMMARY}", "title")
    eq((closed["priority"], closed["tags"]), (3, ["white_check_mark"]),
       "close")


def slack(got):
    (_, opened), (_, closed) = got
    eq(set(opened), {"text"}, "keys")
    check("critical: kitchen &lt;is&gt; gone &amp; \u00fc" in opened["text"],
          opened["text"])
    check(closed["text"].startswith("resolved: "), closed["text"])


def teams(got):
    (_, opened), _ = got
    eq(opened["type"], "message", "type")
    card, = opened["attachments"]
    eq((card["contentType"], card["contentUrl"]),
       ("application/vnd.microsoft.card.adaptive", None), "attachment")
    eq((card["content"]["type"], card["content"]["version"]),
       ("AdaptiveCard", "1.2"), "card")
    check(all(b["type"] == "TextBlock" and b["text"]
              for b in card["content"]["body"]), card)
    eq(card["content"]["body"][0]["text"], f"critical: {SUMMARY}", "title")


def telegram(got):
    (_, opened), _ = got
    eq(set(opened), {"chat_id", "text", "link_preview_options"}, "keys")
    eq(opened["chat_id"], "-100123", "chat_id")
    check(0 < len(opened["text"]) <= 4096, "length")


def pagerduty(got):
    (_, opened), (_, closed) = got
    eq((opened["routing_key"], opened["event_action"], opened["dedup_key"]),
       ("sesame-token", "trigger", "a1"), "trigger")
    payload = opened["payload"]
    eq((payload["summary"], payload["source"], payload["severity"],
        payload["class"], payload["component"], payload["timestamp"]),
       (SUMMARY, "node", "critical", "device.gone", "kitchen",
        "2026-11-28T21:00:00.000Z"), "payload")
    eq(closed, {"routing_key": "sesame-token", "event_action": "resolve",
                "dedup_key": "a1"}, "resolve")


def alertmanager(got):
    (_, (opened,)), (_, (closed,)) = got
    eq(opened["labels"], {
        "alertname": "device.gone", "alert_id": "a1", "subject": "kitchen",
        "severity": "critical", "server": "node"}, "labels")
    eq(closed["labels"], opened["labels"], "labels of the close")
    eq(opened["startsAt"], "2026-11-28T21:00:00.000Z", "startsAt")
    eq(closed["endsAt"], "2026-11-28T21:05:00.000Z", "endsAt")
    check(opened["endsAt"] > "2027", "an open one does not time out")


def test(t):
    hook = Webhook(t)
    base = hook.url("")
    n = Notify(t, CONF.format(
        url=base, token=secret(t.dir / "token", "sesame-token"),
        where=secret(t.dir / "where", f"{base}/services/T0/B0/hidden")))
    n.stream.touch()
    n.start()
    n.write(alert(1, summary=SUMMARY, severity="critical"),
            alert(2, "close", id="a1", summary=SUMMARY, severity="critical",
                  until="2026-11-28T21:05:00.000Z", duration=300),
            alert(3, subject="tag:a", kind="site.offline",
                  devices=["hall-1", "hall-2"]),
            alert(4, kind="disk", subject="server", devices=[]))
    hook.wait(7 * 4 + 2 + 1 + 1 + 1 + 1)
    got = bodies(hook)
    for path, look in (("/plain", plain), ("/", ntfy), ("/teams", teams),
                       ("/services/T0/B0/hidden", slack),
                       ("/botsesame-token/sendMessage", telegram),
                       ("/v2/enqueue", pagerduty),
                       ("/api/v2/alerts", alertmanager)):
        eq([h["X-Et-Alert-Id"] + h["X-Et-Alert-Event"]
            for h, _ in got[path]], ["a1open", "a1close", "a3open", "a4open"],
           path)
        look(got[path][:2])
    eq({path: [b["id"] for _, b in got[path]]
        for path in ("/critical", "/site", "/hall", "/disk", "/closed")},
       {"/critical": ["a1", "a1"], "/site": ["a3"], "/hall": ["a3"],
        "/disk": ["a4"], "/closed": ["a1"]}, "what the filters let pass")
    eq(n.stop(), 0, "status")
    eq({name: len(queue) for name, queue in n.waiting().items()
        if queue}, {}, "what still waits")
    for place in (n.said(), (n.state / "state.json").read_text(),
                  json.dumps(n.waiting())):
        check("sesame" not in place and "hidden" not in place, place)


run(test)
