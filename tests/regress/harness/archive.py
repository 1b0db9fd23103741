"""Other versions of dbclient, and other machines' programs, from the archive that
this machine uses."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import time

from .case import BUILDDIR, Skip

CACHE = BUILDDIR / "tests" / "regress" / "archive"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
LIMIT = 60              # s for all that apt does
END = time.monotonic() + LIMIT
PACKAGE = "dropbear-bin"
DIRECT = ["--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks",
          "--no-replaces", "--no-enhances"]
WRAPPER = """#!/bin/sh
exec {loader} --library-path {libraries} {program} "$@"
"""


def apt(folder, command, *args):
    """Run apt with every folder of its own; the machine's stay as they are."""
    machine = folder / "machine"
    foreign = machine.read_text() if machine.exists() else None
    arch = ["-o", f"APT::Architecture={foreign}", "-o",
            f"APT::Architectures={foreign}"] if foreign else []
    done = subprocess.run(
        [command, "-q", *arch, "-o", f"Dir::Etc::sourcelist={folder}/sources.list",
         "-o", "Dir::Etc::sourceparts=/dev/null",
         "-o", f"Dir::State={folder}/state",
         "-o", "Dir::State::status=/dev/null",
         "-o", f"Dir::Cache={folder}/cache", "-o", "APT::Sandbox::User=root",
         "-o", "Acquire::Languages=none", "-o", "Acquire::Retries=1",
         "-o", "Acquire::http::Timeout=10", "-o", "APT::Update::Error-Mode=any",
         *args], cwd=folder, stdin=subprocess.DEVNULL,
        timeout=max(0, END - time.monotonic()), capture_output=True,
        text=True, env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        raise Skip(f"{command} {args[0]}: {done.stderr.strip()[-300:]}")
    return done.stdout


def mirror():
    """Where this machine's own Debian comes from."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)",
         "Created-By: Packages", "Origin: Debian", "Component: main"],
        capture_output=True, text=True)
    if done.returncode != 0 or not done.stdout:
        raise Skip("apt knows no archive of Debian")
    return done.stdout.split()[0]


def dependencies(folder):
    """What the package needs: real packages begin a line."""
    tree = apt(folder, "apt-cache", "depends", "--recurse", *DIRECT, PACKAGE)
    return [line for line in tree.splitlines()
            if line and line[0] not in " <" and "debconf" not in line]


def only(folder, pattern):
    """The one file there, without the links to it."""
    return next(p.resolve() for p in sorted(folder.glob(pattern)))


def unpack(folder, release, more=()):
    """Fetch and unpack the package with its libraries, beside the system."""
    for path in ("state/lists/partial", "cache/archives/partial"):
        (folder / path).mkdir(parents=True)
    (folder / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {mirror()} {release} main\n")
    apt(folder, "apt-get", "update")
    apt(folder, "apt-get", "download", *dependencies(folder), *more)
    root = folder / "root"
    for deb in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", deb, root], check=True)
        deb.unlink()
    for path in ("state", "cache"):
        shutil.rmtree(folder / path)


def wrap(folder):
    """A program that runs with the libraries which it was built for."""
    root = folder / "root"
    libraries = {str(p.parent) for p in root.glob("**/*.so.*")}
    path = folder / "dbclient"
    path.write_text(WRAPPER.format(
        loader=only(root, "**/ld-linux*.so.*"),
        libraries=":".join(sorted(libraries)),
        program=only(root, "usr/bin/dbclient")))
    path.chmod(0o755)


def dbclient(release, version):
    """The dbclient of a release of Debian: its path, fetched once."""
    if not pathlib.Path(KEYRING).exists() or not shutil.which("apt-get"):
        raise Skip("not on Debian")
    CACHE.mkdir(exist_ok=True)
    with open(CACHE / f"{release}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = fetch(CACHE / release, release)
    said = subprocess.run([path, "-V"], capture_output=True, text=True).stderr
    if version not in said:
        raise Skip(f"the archive has another one: {said.strip()}")
    return path


def fetch(folder, release):
    if not (folder / "dbclient").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            unpack(folder, release)
        except subprocess.TimeoutExpired as slow:
            raise Skip(f"the archive is too slow: {slow}") from None
        wrap(folder)
    return folder / "dbclient"


def other_machine(arch, release, *packages):
    """The root of another machine's programs: dropbear's, and these packages'.
    Fetched once."""
    if not pathlib.Path(KEYRING).exists() or not shutil.which("apt-get"):
        raise Skip("not on Debian")
    CACHE.mkdir(exist_ok=True)
    folder = CACHE / f"{release}-{arch}"
    with open(CACHE / f"{release}-{arch}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "machine").write_text(arch)
            try:
                unpack(folder, release, packages)
            except subprocess.TimeoutExpired as slow:
                raise Skip(f"the archive is too slow: {slow}") from None
            (folder / "whole").touch()
    return folder / "root"


def build_dropbear(folder, option):
    """Debian's source of this release, with another option."""
    for path in ("state/lists/partial", "cache/archives/partial"):
        (folder / path).mkdir(parents=True)
    release = subprocess.run(["sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME"],
                             capture_output=True, text=True).stdout.strip()
    (folder / "sources.list").write_text(
        f"deb-src [signed-by={KEYRING}] {mirror()} {release} main\n")
    apt(folder, "apt-get", "update")
    apt(folder, "apt-get", "source", "dropbear")
    tree = next(p for p in folder.glob("dropbear-*") if p.is_dir())
    (tree / "localoptions.h").write_text(f"#define {option}\n")
    for command in (["./configure", "--disable-zlib", "--disable-harden",
                     "--enable-bundled-libtom"],
                    ["make", "-j2", "PROGRAMS=dbclient dropbearkey", "STATIC=1"]):
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
        if done.returncode != 0:
            raise Skip(f"{command[0]}: {done.stderr.strip()[-300:]}")
    for program in ("dbclient", "dropbearkey"):
        shutil.copy(tree / program, folder / program)
    shutil.rmtree(tree)


def dropbear_built(option):
    """A folder with dbclient and dropbearkey that were built with this line of
    their options, without libraries.  Built once."""
    if not pathlib.Path(KEYRING).exists() or not shutil.which("dpkg-source"):
        raise Skip("not on Debian, or no dpkg-dev")
    CACHE.mkdir(exist_ok=True)
    folder = CACHE / option.replace(" ", "-")
    with open(CACHE / f"{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "dropbearkey").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            build_dropbear(folder, option)
    return folder
