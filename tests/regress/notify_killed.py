#!/usr/bin/python3
"""et-notify killed at random moments, with rotations of the stream in between and
while it is down: a receiver gets each alert, in order, and one that heeds the id
gets none twice."""
import os
import random
import time

from harness import check, eq, eventually, run
from harness.case import PATIENCE
from harness.notifying import Notify, Webhook, alert

LONG = os.environ.get("ETPH_LONG")
ALERTS = 1000 if LONG else 200
CONF = """
retry = 1
retry-most = 2
webhook hook {{ url = "{}" rate = 0 }}
webhook other {{ url = "{}" rate = 0 }}
"""


def rotate(n, kept):
    for i in range(kept, 0, -1):
        os.rename(f"{n.stream}.{i}", f"{n.stream}.{i + 1}")
    os.rename(n.stream, f"{n.stream}.1")
    n.stream.touch()
    return kept + 1


def heeded(hook):
    """What a receiver that heeds the id has, in order."""
    return list(dict.fromkeys(hook.ids()))


def test(t):
    hooks = Webhook(t), Webhook(t)
    n = Notify(t, CONF.format(*(h.url() for h in hooks)))
    n.stream.touch()
    n.start()
    seed = random.randrange(1 << 30)
    print("seed", seed)
    dice = random.Random(seed)
    sent, kept, kills = 0, 0, 0
    while sent < ALERTS:
        batch = dice.randrange(1, 20)
        n.write(*(alert(sent + i, event=dice.choice(["open", "close"]))
                  for i in range(batch)))
        sent += batch
        time.sleep(dice.random() / 20)      # any moment of its work
        if dice.random() < 0.5:
            n.kill()
            kills += 1
            while dice.random() < 0.4:
                kept = rotate(n, kept)
                n.write(alert(sent))
                sent += 1
            n.start()
        elif dice.random() < 0.3:
            kept = rotate(n, kept)
    check(kills > 1, "it was killed")
    for hook in hooks:
        eventually(lambda: len(set(hook.ids())) == sent, 2 * PATIENCE,
                   what=f"all {sent} alerts")
        eq([i for i, _ in heeded(hook)], [f"a{i}" for i in range(sent)],
           f"order, kept {kept}, killed {kills}")
    eq(n.stop(), 0, "status")
    eq(n.waiting(), {"hook": [], "other": []}, "what waits")
    n.start()
    n.write(alert(sent))
    for hook in hooks:
        eventually(lambda: (f"a{sent}", "open") in hook.ids(),
                   what="one more")
        twice = len(hook.ids()) - sent - 1
        check(twice <= 2 * kills, f"{twice} were sent again, killed {kills}")


run(test)
