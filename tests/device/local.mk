# device tests: the client of device/ on a router of its own
DEVICE_HARNESS = \
	tests/device/announcing.py \
	tests/device/enrolling.py \
	tests/device/openwrt.py \
	tests/device/router.py \
	tests/device/scenes.py \
	tests/device/telling.py

DEVICE_TESTS = \
	tests/device/dbclient_traps.py \
	tests/device/device_behind.py \
	tests/device/device_bytes.py \
	tests/device/device_cable.py \
	tests/device/device_doctor.py \
	tests/device/device_forwards_ash.py \
	tests/device/device_forwards_dash.py \
	tests/device/device_health_ash.py \
	tests/device/device_health_dash.py \
	tests/device/device_hostile_answers.py \
	tests/device/device_key_changed.py \
	tests/device/device_limits.py \
	tests/device/device_mipsel.py \
	tests/device/device_package.py \
	tests/device/device_servers.py \
	tests/device/device_stop_at_once.py \
	tests/device/device_timer.py \
	tests/device/device_wait.py \
	tests/device/device_watchdog.py \
	tests/device/enrol_default_id.py \
	tests/device/enrol_fleet.py \
	tests/device/enrol_impostor.py \
	tests/device/enrol_installer_changed.py \
	tests/device/enrol_linux.py \
	tests/device/enrol_old_dropbear.py \
	tests/device/enrol_openwrt.py \
	tests/device/enrol_refused.py \
	tests/device/enrol_versions.py \
	tests/device/enrol_web.py \
	tests/device/hostkey_rotate.py \
	tests/device/hostkey_rotate_forged.py \
	tests/device/hostkey_rotate_signed.py \
	tests/device/hostkey_rotate_wait.py \
	tests/device/luci_page.py

TESTS += $(DEVICE_TESTS)
EXTRA_DIST += tests/device/README.md $(DEVICE_HARNESS) $(DEVICE_TESTS)
