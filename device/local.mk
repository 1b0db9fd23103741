# what runs on devices
EXTRA_DIST += device/et-phone-home device/README.md \
	device/openwrt/Makefile device/openwrt/files/et-phone-home.init \
	device/openwrt/files/et-phone-home.config \
	device/openwrt/files/et-phone-home.keep \
	device/systemd/et-phone-home.service
