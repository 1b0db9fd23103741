#!/usr/bin/python3
"""A receiver that is down is tried again, and Retry-After is heeded; what a
receiver refuses is given up; a slow one delays no other; a burst becomes a few
messages and a summary, but for services that keep each alert's state; a full
queue drops the oldest and says so; et-notify keeps what was not sent while it is
stopped."""
import time

from harness import check, eq, eventually, run
from harness.notifying import Notify, Webhook, alert


def down_and_up(t):
    hook = Webhook(t)
    n = Notify(t, 'retry = 1\nretry-most = 1\n'
               f'webhook hook {{ url = "{hook.url()}" rate = 0 }}\n', "down")
    n.stream.touch()
    hook.stop()
    n.start()
    n.write(alert(1), alert(2, "close", id="a1"))
    eventually(lambda: "2 waiting; again in" in n.said(), what="a failure")
    eq(n.stop(), 0, "status")
    eq([a["event"] for a in n.waiting()["hook"]], ["open", "close"], "kept")
    n.start()
    hook.start()
    hook.wait(2)
    eq(hook.ids(), [("a1", "open"), ("a1", "close")], "open and close")


def statuses(t):
    """Of one receiver: 503 with Retry-After, 500, 404, a redirect, 200."""
    answers = [(503, {"Retry-After": "3"}, b""), (500, {}, b""),
               (404, {}, b"no such hook"),
               (302, {"Location": "http://169.254.169.254/latest"}, b""),
               (429, {"Retry-After": "2"}, b""), (200, {}, b"ok")]
    at = []
    hook = Webhook(t)

    def answer(request):
        at.append((request.headers["X-Et-Alert-Id"], time.monotonic()))
        return answers[len(at) - 1]

    hook.answer = answer
    n = Notify(t, 'retry = 1\nretry-most = 1\n'
               f'webhook hook {{ url = "{hook.url()}" rate = 0 }}\n', "status")
    n.stream.touch()
    n.start()
    n.write(alert(1), alert(2), alert(3))
    hook.wait(1)
    eq([i for i, _ in at], ["a1", "a1", "a1", "a2", "a3", "a3"], "attempts")
    check(at[1][1] - at[0][1] >= 2.9, "Retry-After of 503")
    check(at[5][1] - at[4][1] >= 1.9, "Retry-After of 429")
    check("a1 open refused, given up: status 404: no such hook" in n.said(),
          n.said())
    check("a2 open refused, given up: status 302, redirects are not followed"
          in n.said() and "169.254" not in n.said(), n.said())
    n.stop()


def slow(t):
    lazy, quick = Webhook(t), Webhook(t)
    gone = []
    lazy.answer = lambda request: gone.append(1) or time.sleep(60)
    n = Notify(t, f'webhook lazy {{ url = "{lazy.url()}" timeout = 300 }}\n'
               f'webhook quick {{ url = "{quick.url()}" rate = 0 }}\n', "slow")
    n.stream.touch()
    n.start()
    n.write(alert(1))
    eventually(lambda: gone, what="the slow one is tried")
    n.write(*(alert(i) for i in range(2, 20)))
    quick.wait(19)
    eq(len(gone), 1, "attempts at the slow one")
    n.kill()


def burst(t):
    people, pager = Webhook(t), Webhook(t)
    n = Notify(t, f'webhook people {{ url = "{people.url()}" burst = 3 '
               'rate = 1200 }\n'
               f'webhook pager {{ url = "{pager.url()}" burst = 3 '
               'rate = 36000 template = "alertmanager" }\n', "burst")
    n.stream.touch()
    n.start()
    n.write(*(alert(i, severity="critical" if i == 30 else "warning")
              for i in range(60)))
    people.wait(4)
    bodies = [b for _, _, b in people.got]
    eq([b["id"] for b in bodies[:3]], ["a0", "a1", "a2"], "the first")
    summary = bodies[3]
    eq((summary["event"], summary["count"], summary["severity"]),
       ("summary", 57, "critical"), "then one")
    eq(summary["summary"], "57 alerts at once: 57 opened, 0 closed", "text")
    eq([a["id"] for a in summary["alerts"]],
       [f"a{i}" for i in range(3, 60)], "its alerts")
    pager.wait(60)
    eq([i for i, _ in pager.ids()], [f"a{i}" for i in range(60)],
       "each, for a service that keeps their state")
    n.stop()


def overflow(t):
    hook = Webhook(t)
    n = Notify(t, 'queue = 10\nretry = 1\nretry-most = 1\n'
               f'webhook hook {{ url = "{hook.url()}" }}\n', "over")
    n.stream.touch()
    hook.stop()
    n.start()
    n.write(alert(0))
    eventually(lambda: "again in" in n.said(), what="a failure")
    n.write(*(alert(i) for i in range(1, 31)))
    eventually(lambda: "the oldest are dropped" in n.said(), what="a warning")
    n.stop()
    n.start()
    hook.start()
    hook.wait(2)
    eq([b["summary"] for _, _, b in hook.got],
       ["kitchen is gone 0", "9 alerts at once: 9 opened, 0 closed; "
        "21 older ones were dropped"], "what it is told")
    n.stop()


def test(t):
    for scene in (down_and_up, statuses, slow, burst, overflow):
        scene(t)


run(test)
