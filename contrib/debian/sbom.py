#!/usr/bin/python3
"""An SBOM of Debian packages, in SPDX 2.3:

	sbom.py VERSION FILE.deb... >FILE.spdx.json

Describes each .deb with its SHA-256, the packages whose shared libraries its
programs are linked with, as dpkg knows them on the machine that built it, and
the headers that are compiled in.  Its time is SOURCE_DATE_EPOCH.
"""
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

COMPILED_IN = ["uthash-dev"]    # headers alone: no shared library
FIELDS = "${Package}\t${Version}\t${Architecture}\t${source:Package}"


def output(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def spdx_id(*words):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(words))


def is_elf(path):
    with open(path, "rb") as f:
        return f.read(4) == b"\x7fELF"


def linked(deb):
    """The installed packages that have the libraries of a .deb's programs."""
    libraries = set()
    with tempfile.TemporaryDirectory() as folder:
        output("dpkg-deb", "-x", deb, folder)
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and is_elf(path):
                libraries.update(re.findall(r"=> (/\S+) \(",
                                            output("ldd", path)))
    return sorted({owner(library) for library in libraries})


def owner(library):
    """dpkg knows a file by where it was unpacked, /lib or /usr/lib."""
    real = os.path.realpath(library)
    for path in (library, real, real.removeprefix("/usr"), "/usr" + library):
        done = subprocess.run(["dpkg-query", "-S", path], text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(", ")[0]
    raise SystemExit(f"sbom.py: no package has {library}")


def package(name, version, arch, source, **more):
    return {
        "SPDXID": spdx_id("Package", name, arch),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "sourceInfo": f"Debian source package {source}",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": "pkg:deb/debian/%s@%s?arch=%s" % (
                name, version.replace("+", "%2B").replace(":", "%3A"), arch),
        }],
        **more}


def installed(name):
    return package(*output("dpkg-query", "-W", "-f", FIELDS, name).split("\t"))


def made(deb):
    fields = output("dpkg-deb", "--showformat", FIELDS, "-W", deb).split("\t")
    digest = hashlib.sha256(pathlib.Path(deb).read_bytes()).hexdigest()
    return package(*fields, packageFileName=os.path.basename(deb),
                   licenseDeclared="Apache-2.0",
                   checksums=[{"algorithm": "SHA256",
                               "checksumValue": digest}])


def relation(of, kind, to):
    return {"spdxElementId": of, "relationshipType": kind,
            "relatedSpdxElement": to}


def sbom(version, debs):
    packages, relations = {}, []

    def add(one):
        packages.setdefault(one["SPDXID"], one)
        return one["SPDXID"]

    for deb in debs:
        ours = add(made(deb))
        relations.append(relation("SPDXRef-DOCUMENT", "DESCRIBES", ours))
        libraries = linked(deb)
        for name in libraries:
            relations.append(relation(ours, "DYNAMIC_LINK",
                                      add(installed(name))))
        for name in COMPILED_IN if libraries else ():
            relations.append(relation(ours, "STATIC_LINK",
                                      add(installed(name))))
    when = datetime.datetime.fromtimestamp(
        int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    digest = hashlib.sha256(json.dumps(
        [packages, relations], sort_keys=True).encode()).hexdigest()
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"et-phone-home {version}",
        "documentNamespace":
            f"https://et-phone-home.invalid/spdx/{version}/{digest}",
        "creationInfo": {
            "created": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: contrib/debian/sbom.py"]},
        "packages": list(packages.values()),
        "relationships": relations}


json.dump(sbom(sys.argv[1], sys.argv[2:]), sys.stdout, indent=1)
print()
