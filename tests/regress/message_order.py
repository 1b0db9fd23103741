#!/usr/bin/python3
"""No order of messages before authentication opens, runs or breaks anything.

By the wire: each message alone, each pair, and as many threes as fit in SHORT
seconds; all threes when ETPH_LONG is set.  ETPH_SEED repeats a sample.
tests/session/message_order plays all of them to a worker in its own process.
"""
import os
import random
import time

from harness import Server, check, eq, fresh_port, run
from harness.device import answers
from harness.message_orders import Orders

GRACE = 8               # s
SHORT = 8               # s until the sample ends
LONG = "ETPH_LONG" in os.environ
NEVER = ("login", "heartbeat", "forward.open", "conn.open", "worker.exit")


def sample(orders, seed):
    """Threes without end, the same for the same seed."""
    choice = random.Random(seed)
    names = list(orders.messages)
    while True:
        yield tuple(choice.choice(names) for _ in range(3))


def play(orders):
    start = time.monotonic()
    for length in (1, 2):
        count = orders.play_all(orders.all(length))
        print(f"all {count} of length {length}", flush=True)
    if LONG:
        count = orders.play_all(orders.all(3))
        print(f"all {count} of length 3")
    else:
        seed = int(os.environ.get("ETPH_SEED", random.randrange(1 << 32)))
        print(f"ETPH_SEED={seed}", flush=True)
        count = orders.play_all(sample(orders, seed), until=start + SHORT)
        print(f"{count} of length 3")
    print(f"{orders.answered} answered, {orders.ended} ended, "
          f"{time.monotonic() - start:.1f} s")


def test(t):
    server = Server(t, login_grace=GRACE, max_startups=512,
                    per_source_max_startups=512)
    device = server.device()
    port = fresh_port()
    server.admin_ok("permit", "add", device.name, port)
    workers = sorted(server.workers())
    orders = Orders(device, port, GRACE)
    play(orders)
    for event in NEVER:
        check(not server.events.find(event), f"there was a {event}")
    check(not answers(port), "nothing was bound")
    eq(sorted(server.workers()), workers, "the workers")
    device.poll().ok()


run(test, 1800 if LONG else 300)
