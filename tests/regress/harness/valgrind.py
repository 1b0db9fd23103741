"""A server each of whose processes runs under valgrind's memcheck."""
import re
import shutil

from .case import Skip, check, plain_build_only
from .fault import FOLDER, PROGRAMS
from .server import Server

ROLES = ("et-sshd", *PROGRAMS)
SUMMARY = re.compile(r"ERROR SUMMARY: ([\d,]+) errors")
IN_USE = re.compile(r"in use at exit: [\d,]+ bytes in ([\d,]+) blocks")
REACHABLE = 100         # blocks at the end: what libraries keep for good


class ValgrindServer(Server):
    """et-sshd and its children are seen through by memcheck, to their end.

    All make their system call filters and do not enter them, since
    memcheck makes calls of its own: tests/fault/unsealed.c.
    """

    def __init__(self, case, name="valgrind", **options):
        plain_build_only("memcheck and a sanitizer exclude each other")
        # Debian's valgrind is a shell script, which wants a folder.
        self.valgrind = shutil.which("valgrind.bin") or \
            shutil.which("valgrind")
        if self.valgrind is None:
            raise Skip("no valgrind here")
        super().__init__(case, name, start=False, workers=1, **options)
        self.logs = self.dir / "logs"
        self.logs.mkdir(mode=0o777)
        self.own(self.logs)
        self.start(wrap=["env", f"LD_PRELOAD={self.place()}",
                         *self.words("et-sshd")])

    def place(self):
        """The programs in a folder of their own, with stand-ins."""
        folder = self.dir / "bin" / "sshd"
        folder.mkdir(parents=True)
        for program in ("et-sshd", "et-sshd-console", "et-sshd-page",
                        "et-sshd-link"):
            shutil.copy(self.bin / "sshd" / program, folder)
        unsealed = shutil.copy(FOLDER / "unsealed.so", folder)
        for program in PROGRAMS:
            real = folder / f"{program}.real"
            shutil.copy(self.bin / "sshd" / program, real)
            shutil.copy(FOLDER / "start", folder / program)
            (folder / f"{program}.start").write_text("\n".join([
                f"LD_PRELOAD={unsealed}", *self.words(program),
                str(real), ""]))
        (folder.parent / "admin").symlink_to(self.bin / "admin")
        self.bin = folder.parent
        return unsealed

    def words(self, role):
        """With %p a process that is forked has a log of its own."""
        return [self.valgrind, "--vgdb=no", "--leak-check=full",
                "--show-leak-kinds=definite", "--num-callers=30",
                "--errors-for-leak-kinds=definite",
                f"--log-file={self.logs}/{role}.%p"]

    def check_stopped(self):
        """Stop it, and hear of each process that nothing was wrong."""
        self.stop()
        for role in ROLES:
            ended = [t for t in map(read, self.logs.glob(f"{role}.*"))
                     if SUMMARY.search(t)]
            if not ended:       # et-sshd waits for some seconds
                raise Skip(f"too slow a machine: {role} was ended before it "
                           "had looked at its memory")
            for text in ended:
                check(clean(text), f"{role}:\n{text[-8000:]}")


def read(path):
    return path.read_text(errors="replace")


def clean(text):
    """No error, a definite leak being one, and nothing that has piled up."""
    blocks = int(IN_USE.search(text).group(1).replace(",", ""))
    return SUMMARY.search(text).group(1) == "0" and blocks < REACHABLE
