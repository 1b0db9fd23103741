# what runs on devices
packed = device/et-phone-home device/openwrt/files/et-phone-home.init \
	device/openwrt/files/et-phone-home.keep \
	device/systemd/et-phone-home.service
EXTRA_DIST += $(packed) device/README.md device/et-phone-home.8 \
	device/openwrt/Makefile device/openwrt/files/et-phone-home.config \
	device/install.sh.in device/pack.awk \
	device/systemd/et-phone-home-poll.service \
	device/systemd/et-phone-home-poll.timer \
	device/openwrt/luci/Makefile \
	device/openwrt/luci/htdocs/luci-static/resources/view/et-phone-home.js \
	device/openwrt/luci/root/usr/share/luci/menu.d/luci-app-et-phone-home.json \
	device/openwrt/luci/root/usr/share/rpcd/acl.d/luci-app-et-phone-home.json

# The installer, with the client in it: what "install 1" sends.
pkgdata_DATA = device/install.sh
CLEANFILES += device/install.sh
device/install.sh: device/install.sh.in device/pack.awk $(packed) Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -v top=$(top_srcdir) \
	    -v version='$(VERSION)' -f $(top_srcdir)/device/pack.awk \
	    $(top_srcdir)/device/install.sh.in >$@.new && mv $@.new $@
