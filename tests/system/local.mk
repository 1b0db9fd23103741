# machines with a real systemd: make install, and what their owner types
SYSTEM_HARNESS = tests/system/machine.py tests/system/pages.py \
	tests/system/network.py tests/system/packages.py
SYSTEM_TESTS = tests/system/systemd_runs.py tests/system/version.py \
	tests/system/package.py tests/system/readme_typed.py \
	tests/system/systemd_bad_conf.py tests/system/setup.py \
	tests/system/operations_typed.py tests/system/rotate_typed.py \
	tests/system/journal_priority.py tests/system/admin_group.py \
	tests/system/libssh.py tests/system/notify_runs.py \
	tests/system/three_machines.py \
	tests/system/many_nodes_typed.py tests/system/upgrade_oldest.py

TESTS += $(SYSTEM_TESTS)
EXTRA_DIST += $(SYSTEM_HARNESS) $(SYSTEM_TESTS)

# in the cloud, in a container
SYSTEM_TESTS += tests/system/cloud_init.py tests/system/container.py
