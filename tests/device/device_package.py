#!/usr/bin/python3
"""OpenWrt's package: make's own reading of its Makefile, with stand-ins for
OpenWrt's build, installs all of it, in at most 28 KiB; the scripts are sh."""
import os
import shutil

from router import SRCDIR, Skip, check, run
from harness import eq

MOST = 28 * 1024
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
         "etc/config/et-phone-home": 0o600}
# What LuCI's own says of a package, in whatever folder that is linked.
LUCI = """all:
	@echo $(LUCI_NAME) $(PKG_NAME) $(PKG_MAINTAINER)
"""
# Of every package in OpenWrt's feeds.
METADATA = ("PKG_MAINTAINER", "PKG_LICENSE", "PKG_LICENSE_FILES")


def metadata(t):
    text = (SRCDIR / "device/openwrt/Makefile").read_text()
    for name in METADATA:
        check(f"\n{name}:=" in text, f"{name} is missing")
    check("define Package/et-phone-home/description" in text, "description")
    check("/etc/et-phone-home/" in text, "conffiles: kept by sysupgrade")


def luci(t):
    """Linked into a build tree by the name of its package, or by another."""
    (t.dir / "feeds/luci").mkdir(parents=True)
    (t.dir / "feeds/luci/luci.mk").write_text(LUCI)
    # Not as a part of the make that runs the tests.
    alone = {name: value for name, value in os.environ.items()
             if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    for name in ("luci-app-et-phone-home", "other"):
        (t.dir / name).symlink_to(SRCDIR / "device/openwrt/luci")
        done = t.run(["make", "-s", "-C", t.dir / name, f"TOPDIR={t.dir}"],
                     check_=True, env=alone)
        eq(done.out, "luci-app-et-phone-home luci-app-et-phone-home ET Phone "
           "Home\n", "what luci.mk is told")


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
    metadata(t)
    luci(t)
    for path in list(FILES)[:2]:
        for shell in ("dash", "busybox sh"):
            t.run([*shell.split(), "-n", root / path], check_=True)


run(test)
