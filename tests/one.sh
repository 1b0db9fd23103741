#!/bin/sh
# Runs one test for make check: "one.sh TEST".  A test in Python is skipped,
# with a reason, where what it cannot do without is not installed.
set -u

python=/usr/bin/python3	# the tests' own; another may lack the modules

skip()
{
	echo "SKIP: no $1 (Debian: sudo contrib/packages.sh test)"
	exit 77
}

case $1 in
*.py)
	[ -x $python ] || skip python3
	$python -c 'import importlib.util, sys
sys.exit(importlib.util.find_spec("paramiko") is None)' || skip python3-paramiko
	for tool in dbclient dropbearconvert ssh ssh-keygen; do
		command -v $tool >/dev/null || skip $tool
	done ;;
esac
exec "$@"
