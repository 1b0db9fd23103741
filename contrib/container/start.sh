#!/bin/sh
# The container's first process: makes what a first start lacks, and becomes
# et-sshd, with its options.
set -eu

conf=/etc/et-phone-home/et-sshd.conf
[ -e "$conf" ] || cp /usr/share/et-phone-home/et-sshd.conf "$conf"
et-admin hostkey generate >&2
exec et-sshd "$@"
