#!/usr/bin/python3
"""Makes the pictures of this folder: a real server with a store of thirty devices,
and Chromium through a real ssh -L, as in the tests.

	abs_top_builddir=BUILD doc/pictures/make.py
"""
import json
import math
import pathlib
import random
import sqlite3
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "regress"))

from harness import Server, run                         # noqa: E402
from harness.browser import Browser                     # noqa: E402
from harness.operators import operator                  # noqa: E402
from harness.page import Page                           # noqa: E402

NAMES = ("barn boathouse cellar chapel dock east-gate farm ferry gatehouse"
         " greenhouse harbour-1 harbour-2 kitchen lab library lighthouse mill"
         " north-mast orchard pier pump-1 pump-2 roof school silo station"
         " tower vineyard weir yard").split()
SITES = ("harbour", "hill", "valley")
MODELS = (("Archer-C7", 128, "23.05.5"), ("GL-MT300N-V2", 128, "22.03.7"),
          ("RUT240", 64, "21.02.7"), ("Raspberry-Pi-4", 3884, "12.7"))
STATES = {"chapel": "offline", "pump-2": "offline", "ferry": "late",
          "yard": "never"}
US, DAY, RING = 10**6, 86400, 64
dice = random.Random(12)


def beats(now, state):
    """When a device has polled, the last 64 times."""
    last = {"online": dice.uniform(1, 50), "late": 150,
            "offline": 1900}[state]
    at = [now - last - 60 * i for i in range(RING)]
    for _ in range(dice.choice((0, 0, 0, 1, 1, 2))):
        place = dice.randrange(3, RING - 3)
        del at[place:place + dice.choice((1, 1, 2))]
    return at[::-1]


def health(number, model, total, firmware):
    wave = math.sin(number)
    return {"up": 40000 + 7919 * number, "load": round(.35 + .3 * wave, 2),
            "mem": int(total * (.45 + .2 * wave)), "memt": total,
            "temp": int(47 + 8 * wave), "sig": int(-66 + 9 * wave), "v": "2.0",
            "model": model, "fw": firmware}


class Bits:
    """A day of figures as policy/history_pack.h packs it."""

    def __init__(self):
        self.text = ""

    def put(self, value, n):
        self.text += format(value, f"0{n}b")

    def golomb(self, values, order=4):
        self.put(order, 6)
        for value in values:
            code = format(value + (1 << order), "b")
            self.text += "0" * (len(code) - order - 1) + code

    def field(self, key, decimals, hours):
        self.put(len(key), 4)
        for byte in key.encode():
            self.put(byte, 8)
        self.put(decimals, 2)
        self.put(3, 2)          # with least and most, of all hours
        means = [round(mean * 10**decimals) for mean, _ in hours]
        steps = [b - a for a, b in zip([0, *means], means)]
        self.golomb(2 * step if step >= 0 else -2 * step - 1
                    for step in steps)
        for _ in range(2):
            self.golomb(round(wide * 10**decimals) for _, wide in hours)

    def bytes(self):
        text = self.text + "0" * (-len(self.text) % 8)
        return bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))


def day(of):
    """mem, load, temp, sig of 24 hours."""
    bits = Bits()
    bits.put(1, 8)
    bits.put(4, 5)
    for key, decimals, mean, swing in (("mem", 0, 61, 14), ("load", 2, .4, .2),
                                       ("temp", 0, 48, 6),
                                       ("sig", 0, -67, 5)):
        bits.field(key, decimals, [
            (mean + swing * (math.sin((h - 9) / 24 * 2 * math.pi) * .6 +
                             dice.uniform(-.4, .4) + of % 3 / 4),
             swing * dice.uniform(.05, .3)) for h in range(24)])
    return bits.bytes()


def plant(db, number, name, now):
    state = STATES.get(name, "online")
    tags = [SITES[number % 3], *(["lab"] if number % 7 == 3 else [])]
    device = db.execute(
        "INSERT INTO device (name, alias, tags, created) VALUES (?, ?, ?, ?)",
        (f"{dice.getrandbits(48):012x}", name, ",".join(sorted(tags)),
         int((now - 90 * DAY) * US))).lastrowid
    db.execute("INSERT INTO key (device, type, digest, blob, created)"
               " VALUES (?, 'ssh-ed25519', ?, ?, 1)",
               (device, dice.randbytes(32), dice.randbytes(51)))
    if state == "never":
        return
    at = beats(now, state)
    told = health(number, *MODELS[number % 4])
    if name == "silo":
        told["mem"] = 3
    text = " ".join(f"{k}={v}" for k, v in told.items())
    addr = f"203.0.113.{dice.randrange(2, 250)}"
    client = "SSH-2.0-dropbear_2022.83"
    for place, when in enumerate(at):
        db.execute("INSERT INTO heartbeat VALUES (?, ?, ?, 60, ?, ?, ?)",
                   (device * RING + place, number * RING + place + 1,
                    int(when * US), addr, client, text))
    db.execute("UPDATE device_seen SET beats = ?, last_seen = ?,"
               " interval = 60, addr = ?, client = ?, health = ?"
               " WHERE device = ?", (len(at), int(at[-1] * US), addr, client,
                                     text, device))
    history(db, device, now)


def history(db, device, now):
    since = int(now - 90 * DAY)
    gaps = sorted(dice.uniform(now - 90 * DAY, now) for _ in range(5))
    gaps.append(now - dice.uniform(6, 20) * 3600)
    for gap in sorted(gaps):
        db.execute("INSERT INTO history_span VALUES (?, ?, ?, 1, 0)",
                   (device, since, int(gap)))
        since = int(gap + dice.choice((1800, 5000, 20000)))
    if since < now:
        db.execute("INSERT INTO history_span VALUES (?, ?, 0, 0, 0)",
                   (device, since))
    # Made in the last two hours of a day, the lines go on until now.
    today = int((now + 2 * 3600) // DAY)
    for number in range(today - 30, today):
        db.execute("INSERT OR IGNORE INTO history_calendar VALUES (?)",
                   (number,))
        db.execute("INSERT INTO history_day VALUES (?, ?, 23, 60, ?, ?, ?)",
                   (number, device, dice.randrange(10**6, 9 * 10**6),
                    dice.randrange(10**5, 10**6), day(number)))


def picture(browser, url, name, width, height, scheme, what):
    browser.size(width, height)
    browser.prefer(prefers_color_scheme=scheme)
    browser.open(url)
    browser.wait(what)
    time.sleep(1)       # what has changed has faded in
    (HERE / name).write_bytes(browser.picture())


def test(t):
    server = Server(t)
    carol = operator(server, "carol", "admin")
    server.stop()
    db = sqlite3.connect(server.store)
    with db:
        for number, name in enumerate(NAMES):
            plant(db, number, name, time.time())
        db.execute("UPDATE heartbeat_last SET seq = ?",
                   (RING * (len(NAMES) + 1),))
    db.close()
    server.start()
    page, browser = Page(carol), Browser(t)
    rows = page.json("/api/fleet")[1]["rows"]
    kitchen = [row["id"] for row in rows if row["alias"] == "kitchen"][0]
    print(json.dumps(rows[0])[:300])
    fleet = "document.querySelectorAll('tr[data-id] .beats').length === 30"
    picture(browser, page.url("/?sort=name"), "fleet.png", 1200, 600, "light",
            fleet)
    picture(browser, page.url(f"/device/{kitchen}"), "device.png", 1200, 740,
            "dark", "document.querySelector('.view h1') !== null &&"
            " (!document.querySelector('.plot') ||"
            " document.querySelector('.plot canvas'))")
    picture(browser, page.url("/?sort=name"), "phone.png", 360, 600, "light",
            fleet)


run(test)
