"""File systems of a test's own, in a mount namespace that ends with it."""
import ctypes
import os
import pathlib

from .case import Skip, check

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 1 << 18
libc = ctypes.CDLL(None, use_errno=True)


def own_namespace():
    if os.getuid() != 0 or libc.unshare(CLONE_NEWNS) != 0:
        raise Skip("a mount namespace needs root")
    check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) == 0,
          "mounts are private")


def own_tmpfs(case, path, size):
    """A small empty file system at path, seen by this test alone."""
    own_namespace()
    path.mkdir(exist_ok=True)
    case.closers.insert(0, lambda: libc.umount2(str(path).encode(), 2))
    check(libc.mount(b"tmpfs", str(path).encode(), b"tmpfs", 0,
                     f"size={size},mode=755".encode()) == 0, "tmpfs")


def own_users(case, *names, first=64300):
    """System users that there are for this test alone, each with a group."""
    own_namespace()
    for file, line in (("passwd", "{0}:x:{1}:{1}::/:/usr/sbin/nologin\n"),
                       ("group", "{0}:x:{1}:\n")):
        path = case.dir / file
        rows = [line.format(name, first + i) for i, name in enumerate(names)]
        path.write_text(pathlib.Path(f"/etc/{file}").read_text() +
                        "".join(rows))
        path.chmod(0o644)
        case.closers.insert(0, lambda name=file: libc.umount2(
            f"/etc/{name}".encode(), 2))
        check(libc.mount(bytes(path), f"/etc/{file}".encode(), None, MS_BIND,
                         None) == 0, f"/etc/{file} of this test's own")


def fill(folder):
    """Leave no byte free; returns the file which took them."""
    path = folder / "filler"
    with open(path, "wb", buffering=0) as file:
        size = 65536
        while size:
            try:
                if file.write(b"\0" * size) < size:
                    size //= 2
            except OSError:
                size //= 2
    return path
