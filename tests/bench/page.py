#!/usr/bin/python3
"""What figure-page.sh needs of a page's browser.

page.py fill STORE              all devices have polled: health and heartbeats
page.py first PORT ROUNDS       a first screen: ms of its data (the first, the
                                median), bytes with gzip and without
page.py watch PORT ...          browsers that stay open, each asking every
                                second; says "watching", runs until it is ended
page.py listens PORT            wait until ssh does
page.py cpu PID                 seconds that the page processes below PID used
page.py rss PID                 KiB that the largest of them has
"""
import http.client
import json
import pathlib
import re
import sqlite3
import statistics
import sys
import threading
import time

HEALTH = "up=%d load=0.12 mem=%d memt=512 model=gl-mt300n-v2 fw=23.05.3 v=2.0"
CLIENT = "SSH-2.0-dropbear_2022.83"
BEATS, FEW = 60, 4      # of the first 200 devices, and of each other one
PAGE = "et-sshd-page"
LINK = re.compile(rb'(?:src|href)="(/web/[^"]+)"|^import .*"\./([^"]+)"', re.M)


def heartbeats(ids, now):
    seq = 0
    for n, i in enumerate(ids):
        beats = BEATS if n < 200 else FEW
        for k in range(beats):
            seq += 1
            yield (i * 64 + k, seq, now - (beats - k) * 60000000, 60,
                   f"198.51.100.{i % 250}", CLIENT, HEALTH % (i, i % 500))


def fill(path):
    now = int(time.time() * 1e6)
    store = sqlite3.connect(path)
    ids = [row[0] for row in store.execute("SELECT id FROM device")]
    store.executemany(
        "UPDATE device_seen SET beats = ?, last_seen = ?, interval = 60, "
        "addr = ?, client = ?, health = ? WHERE device = ?",
        ((BEATS if n < 200 else FEW, now - i % 400 * 1000000,
          f"198.51.100.{i % 250}", CLIENT, HEALTH % (i, i % 500), i)
         for n, i in enumerate(ids)))
    store.executemany("INSERT INTO heartbeat VALUES (?, ?, ?, ?, ?, ?, ?)",
                      heartbeats(ids, now))
    store.execute("UPDATE heartbeat_last SET seq = (SELECT max(seq) FROM "
                  "heartbeat)")
    store.execute("UPDATE device SET tags = 'fleet,site-' || (id % 40)")
    store.commit()
    store.close()


class Browser:
    def __init__(self, port):
        self.http = http.client.HTTPConnection("localhost", port, timeout=60)

    def get(self, path, gzip=False):
        """Status, bytes of the whole answer, and the body."""
        self.http.request("GET", path, headers={
            "Accept-Encoding": "gzip"} if gzip else {})
        answer = self.http.getresponse()
        body = answer.read()
        head = sum(len(k) + len(v) + 4 for k, v in answer.getheaders())
        return answer.status, head + len(body), body


def screen(port):
    """All that a browser gets for the first screen: bytes, gzip and not."""
    browser, seen, sums = Browser(port), set(), [0, 0]
    want = ["/", "/api/me", "/api/fleet?limit=50"]
    while want:
        path = want.pop()
        if path in seen:
            continue
        seen.add(path)
        status, size, body = browser.get(path)
        if status != 200:
            sys.exit(f"{path}: {status}")
        sums[0] += browser.get(path, True)[1]
        sums[1] += size
        want += [(a or b"/web/" + b).decode() for a, b in LINK.findall(body)]
    return sums


def first(port, rounds):
    took = []
    browser = Browser(port)
    for _ in range(int(rounds)):
        time.sleep(0.1)     # or ssh joins the request to its last packet
        start = time.monotonic()
        status, _, body = browser.get("/api/fleet?limit=50")
        took.append((time.monotonic() - start) * 1000)
        if status != 200 or len(json.loads(body)["rows"]) != 50:
            sys.exit(f"the fleet: {status}")
    print(*(f"{n:.6g}" for n in (took[0], statistics.median(took),
                                 *screen(port))))


def look(port, ready, ended):
    try:
        look_on(Browser(port), ready, ended)
    except Exception as error:
        print(f"port {port}: {error}", file=sys.stderr)
    ended.set()
    ready.release()


def look_on(browser, ready, ended):
    told = json.loads(browser.get("/api/fleet?limit=50")[2])
    ids, since = ",".join(row["id"] for row in told["rows"]), told["now"]
    ready.release()
    while not ended.wait(1):
        status, _, body = browser.get(f"/api/rows?ids={ids}&since={since}")
        if status == 200:
            since = json.loads(body)["now"]
        elif status != 204:
            raise ValueError(f"rows: {status}")


def watch(*ports):
    ready, ended = threading.Semaphore(0), threading.Event()
    for port in ports:
        threading.Thread(target=look, args=(port, ready, ended),
                         daemon=True).start()
    for _ in ports:
        ready.acquire()
    if not ended.is_set():
        print("watching", flush=True)
        ended.wait()
    sys.exit(1)


def listens(port):
    """No connection is made: it would be the page's first visitor."""
    entry = re.compile(rf": [0-9A-F]+:{int(port):04X} [0-9A-F:]+ 0A ")
    for _ in range(600):
        if entry.search(pathlib.Path("/proc/net/tcp").read_text()):
            return
        time.sleep(0.05)
    sys.exit(f"nothing listens on {port}")


def pages(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == PAGE:
                yield child
            yield from pages(child)


def cpu(pid):
    print(sum(int(pathlib.Path(f"/proc/{page}/schedstat").read_text()
                  .split()[0]) for page in pages(pid)) / 1e9)


def rss(pid):
    status = (pathlib.Path(f"/proc/{page}/status").read_text()
              for page in pages(pid))
    print(max(int(re.search(r"VmRSS:\s+(\d+)", text)[1]) for text in status))


if __name__ == "__main__":
    {"fill": fill, "first": first, "watch": watch,
     "listens": listens, "cpu": cpu, "rss": rss}[sys.argv[1]](*sys.argv[2:])
