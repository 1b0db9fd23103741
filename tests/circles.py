#!/usr/bin/python3
"""Files of one program that call each other in a circle; how far an end reaches.

In a house whose calls go down, a file can be read, and tested, without those
above it.  Each .c file is compiled by itself, without optimisation.  Its
object says what it takes of other files (nm), and so does gcc's call graph
for each function.  What is called by a pointer is no call here: a table, a
callback of the loop, or what a module was given at its start, is how one below
reaches one above.

    circles.py [FOLDER...]      the programs, by default all

Prints each circle, and which of its files takes what of which.  Then the
functions that conn_end (sshd/monitor/conn.h) leads to, if they are too many:
an end must not tear down what its caller stands on.  Exit status: 0 when there
is nothing to print, 1 otherwise.
"""

import collections
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAMS = ["policy", "admin", "sshd/common", "sshd/monitor", "sshd/worker",
            "sshd/keeper", "sshd/console", "notify"]
END, END_FOLDER, END_REACH = "conn_end", "sshd/monitor", 25
CONFIG = """
#define _GNU_SOURCE 1
#define HASH_NONFATAL_OOM 1
#define PACKAGE_NAME "name"
#define PACKAGE_STRING "name 0"
#define PACKAGE_VERSION "0"
"""
LIBPQ = subprocess.run(["pkg-config", "--cflags", "libpq"], check=True,
                       capture_output=True, text=True).stdout.split()
PATHS = ["SYSCONFDIR", "STATEDIR", "DATADIR", "DOCDIR", "SBINDIR", "LIBEXECDIR"]


def folders(top):
    return [d for d, _, _ in os.walk(os.path.join(TOP, top))]


def sources(top):
    return sorted(os.path.join(d, f) for d in folders(top)
                  for f in os.listdir(d) if f.endswith(".c"))


def compile_file(work, program, source):
    """The object of one file, beside which gcc writes its call graph."""
    name = os.path.relpath(source, TOP)
    made = os.path.join(work, name.replace("/", "+")[:-2] + ".o")
    include = folders(program)
    for shared in ("policy", "sshd/common", "admin"):
        include += folders(shared)
    run = subprocess.run(
        ["gcc", "-std=gnu11", "-O0", "-w", "-fcallgraph-info", "-I" + work,
         *("-I" + f for f in include),
         *LIBPQ, *(f'-DETPH_{p}="/x"' for p in PATHS), "-c", source, "-o",
         made],
        capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr)
    return name, made


def takes(objects):
    """{file: {other file of the program: the symbols it takes of it}}"""
    where, wants = {}, collections.defaultdict(set)
    for name, made in objects:
        out = subprocess.run(["nm", "-P", made], capture_output=True,
                             text=True, check=True).stdout
        for line in out.splitlines():
            symbol, kind = line.split()[:2]
            if kind == "U":
                wants[name].add(symbol)
            elif kind in "TDBRC":
                where[symbol] = name
    edges = {name: collections.defaultdict(set) for name, _ in objects}
    for name, symbols in wants.items():
        for symbol in symbols:
            if where.get(symbol, name) != name:
                edges[name][where[symbol]].add(symbol)
    return edges


def circles(edges):
    """The sets of two files or more, each of which leads to each (Tarjan)."""
    index, low, stack, found = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in edges[v]:
            if w not in index:
                visit(w)
            if w in stack:
                low[v] = min(low[v], low[w])
        if low[v] == index[v]:
            at = stack.index(v)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for v in edges:
        if v not in index:
            visit(v)
    return found


def print_circle(program, circle, edges):
    print(f"{program}: {len(circle)} files call each other in a circle")
    for name in circle:
        for other in circle:
            if other in edges[name]:
                print(f"  {name} -> {other}:",
                      ", ".join(sorted(edges[name][other])))


def calls(objects):
    """{function: the functions it calls}, a static one as file:function."""
    graph = collections.defaultdict(set)
    for _, made in objects:
        with open(made[:-2] + ".ci", encoding="utf-8") as f:
            for line in f:
                m = re.match(r'edge: \{ sourcename: "([^"]*)" '
                             r'targetname: "([^"]*)"', line)
                if m:
                    graph[m[1]].add(m[2])
    return graph


def ours(objects):
    """{function: the file of ours that defines it}, no header's inline ones."""
    found = {}
    for name, made in objects:
        with open(made[:-2] + ".ci", encoding="utf-8") as f:
            for line in f:
                m = re.match(r'node: \{ title: "([^"]*)" label: '
                             r'"[^"]*\\n([^"]*):\d+:\d+"', line)
                if m and m[2].endswith(name):
                    found[m[1]] = name
    return found


def reach(objects, start):
    graph, mine = calls(objects), ours(objects)
    if start not in mine:
        sys.exit(f"{start} is not in {END_FOLDER}")
    seen, todo = set(), [start]
    while todo:
        for target in graph[todo.pop()]:
            if target in mine and target not in seen:
                seen.add(target)
                todo.append(target)
    return {f: mine[f] for f in seen}


def print_reach(reached):
    print(f"{END} leads to {len(reached)} functions of {END_FOLDER}, "
          f"in {len(set(reached.values()))} files; "
          f"{END_REACH - 1} are the most:")
    for function, name in sorted(reached.items(), key=lambda x: x[::-1]):
        print(f"  {name}: {function.rsplit(':', 1)[-1]}")


def main(programs):
    bad = False
    with tempfile.TemporaryDirectory() as work, \
            ThreadPoolExecutor(os.cpu_count()) as pool:
        with open(os.path.join(work, "config.h"), "w", encoding="utf-8") as f:
            f.write(CONFIG)
        made = {p: [pool.submit(compile_file, work, p, s) for s in sources(p)]
                for p in programs}
        for program, jobs in made.items():
            objects = [job.result() for job in jobs]
            edges = takes(objects)
            for circle in circles(edges):
                print_circle(program, circle, edges)
                bad = True
            if program == END_FOLDER:
                reached = reach(objects, END)
                if len(reached) >= END_REACH:
                    print_reach(reached)
                    bad = True
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PROGRAMS))
