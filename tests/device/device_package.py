#!/usr/bin/python3
"""OpenWrt's package: make's own reading of its Makefile, with stand-ins for
OpenWrt's build, installs all of it, in at most 24 KiB; the scripts are sh."""
from router import SRCDIR, Skip, check, run
from harness import eq
import shutil

MOST = 24 * 1024
RULES = """INSTALL_DIR := install -d -m 755
INSTALL_BIN := install -m 755
INSTALL_CONF := install -m 600
INSTALL_DATA := install -m 644
INCLUDE_DIR := $(TOPDIR)/include
"""
PACKAGE = """define BuildPackage
all:
	$$(call Package/$(1)/install,$(ROOT))
endef
"""
FILES = {"usr/sbin/et-phone-home": 0o755, "etc/init.d/et-phone-home": 0o755,
         "etc/config/et-phone-home": 0o600,
         "lib/upgrade/keep.d/et-phone-home": 0o644}


def test(t):
    if shutil.which("make") is None:
        raise Skip("no make here")
    (t.dir / "include").mkdir()
    (t.dir / "rules.mk").write_text(RULES)
    (t.dir / "include/package.mk").write_text(PACKAGE)
    root = t.dir / "root"
    t.run(["make", "-C", SRCDIR / "device/openwrt", f"TOPDIR={t.dir}",
           f"ROOT={root}"], check_=True)
    found = {str(p.relative_to(root)): p.stat() for p in root.rglob("*")
             if p.is_file()}
    eq({k: s.st_mode & 0o777 for k, s in found.items()}, FILES, "files")
    told = t.run(["sh", root / "usr/sbin/et-phone-home", "--version"]).ok().out
    eq(told, "et-phone-home 2.0\n", "the client's version is the package's")
    size = sum(s.st_size for s in found.values())
    print(f"{size} bytes installed")
    check(size <= MOST, f"{size} bytes installed, more than {MOST}")
    for path in list(FILES)[:2]:
        for shell in ("dash", "busybox sh"):
            t.run([*shell.split(), "-n", root / path], check_=True)


run(test)
