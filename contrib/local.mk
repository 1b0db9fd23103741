# what stands beside the programs
EXTRA_DIST += .ci/run .clang-format tests/run.sh tests/libssh.sh \
	tests/lint.sh tests/cppcheck.h tests/circles.py \
	tests/analyzer/uthash.h tests/analyzer/utlist.h \
	contrib/README contrib/build.sh contrib/packages.sh \
	contrib/version.sh \
	contrib/debian/build.sh contrib/debian/control \
	contrib/debian/copyright \
	contrib/debian/et-phone-home-server.lintian-overrides \
	contrib/debian/et-phone-home-server.postinst \
	contrib/debian/et-phone-home-server.postrm \
	contrib/debian/et-phone-home-server.preinst \
	contrib/debian/et-phone-home.docs contrib/debian/et-phone-home.manpages \
	contrib/debian/et-phone-home.postinst \
	contrib/debian/et-phone-home.postrm contrib/debian/rules \
	contrib/debian/sbom.py contrib/debian/source/format \
	contrib/monitoring/et-sshd.test.yml \
	contrib/quickstart.sh contrib/et-sshd.conf contrib/et-notify.conf \
	contrib/logrotate/README contrib/logrotate/et-phone-home \
	contrib/systemd/README \
	contrib/container/Containerfile contrib/container/README.md \
	contrib/container/start.sh \
	contrib/ec2/README.md contrib/ec2/user-data.yaml
unitexampledir = $(exampledir)/systemd
dist_unitexample_DATA = contrib/systemd/postgresql.conf
nodesdir = $(exampledir)/nodes
dist_nodes_DATA = contrib/nodes/README.md contrib/nodes/haproxy.cfg \
	contrib/nodes/user-data.yaml
terraformdir = $(nodesdir)/terraform
dist_terraform_DATA = contrib/nodes/terraform/main.tf \
	contrib/nodes/terraform/outputs.tf contrib/nodes/terraform/variables.tf

doc_DATA = $(top_srcdir)/README.md $(top_srcdir)/NEWS \
	$(top_srcdir)/SECURITY.md
exampledir = $(docdir)/examples
example_DATA = contrib/example/et-sshd.conf
# Of the first version's server: run once, so not among the commands.
migratedir = $(pkgdatadir)
dist_migrate_SCRIPTS = contrib/import-original.sh
# A newer libssh than the distribution's, for the worker alone.
dist_pkgdata_SCRIPTS = contrib/debian/libssh.sh
monitoringdir = $(exampledir)/monitoring
dist_monitoring_DATA = contrib/monitoring/README \
	contrib/monitoring/et-sshd.rules.yml contrib/monitoring/grafana.json \
	contrib/monitoring/prometheus.yml
logrotatedir = $(exampledir)/logrotate
logrotate_DATA = $(top_srcdir)/contrib/logrotate/et-phone-home

# The unit, its user and its folders, where systemd looks for each.
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
backup_timer = contrib/systemd/et-phone-home-backup.timer
admin_socket = contrib/systemd/et-admin.socket
filled_units = contrib/systemd/et-sshd.service contrib/systemd/et-admin@.service \
	contrib/systemd/et-phone-home-backup.service
if NOTIFY
filled_units += contrib/systemd/et-notify.service
example_DATA += contrib/example/et-notify.conf
endif
systemdsystemunit_DATA = $(filled_units) $(top_srcdir)/$(backup_timer) \
	$(top_srcdir)/$(admin_socket)
sysusers_DATA = contrib/systemd/sysusers.d/et-phone-home.conf
tmpfiles_DATA = contrib/systemd/tmpfiles.d/et-phone-home.conf
example_in = contrib/et-sshd.conf
CLEANFILES += $(example_DATA)
# The folders of this build, in the place of the usual ones.
$(example_DATA): $(example_in) contrib/et-notify.conf Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
	    -e 's,/usr/local/share/et-phone-home,$(pkgdatadir),' \
	    -e 's,/etc/et-phone-home,$(sysconfdir)/et-phone-home,' \
	    -e 's,/var/lib/et-phone-home,$(localstatedir)/lib/et-phone-home,' \
	    $(top_srcdir)/contrib/$(@F) >$@.new && mv $@.new $@

# Members of the admin group are not root, and have no sbin in their PATH.
install-exec-hook:
	$(MKDIR_P) "$(DESTDIR)$(bindir)"
	ln -sfr "$(DESTDIR)$(sbindir)/et-admin" "$(DESTDIR)$(bindir)/et-admin"

# Folders that are ours alone, the innermost first.
uninstall-hook:
	rm -f "$(DESTDIR)$(bindir)/et-admin"
	for folder in $(logrotatedir) $(monitoringdir) $(terraformdir) \
	    $(nodesdir) $(unitexampledir) $(exampledir) \
	    $(picturesdir) $(pagesdir) $(docdir) $(pkgdatadir) \
	    $(pkglibexecdir); do \
		[ ! -d "$(DESTDIR)$$folder" ] || \
		    rmdir "$(DESTDIR)$$folder" || :; \
	done
filled_in = $(filled_units) $(sysusers_DATA) $(tmpfiles_DATA)
CLEANFILES += $(filled_in)
EXTRA_DIST += contrib/systemd/et-sshd.service.in \
	contrib/systemd/et-notify.service.in \
	contrib/systemd/et-admin@.service.in $(admin_socket) \
	contrib/systemd/et-phone-home-backup.service.in $(backup_timer) \
	contrib/systemd/sysusers.d/et-phone-home.conf.in \
	contrib/systemd/tmpfiles.d/et-phone-home.conf.in

# [@]: configure must leave the names alone.
$(filled_in): Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(SED) \
	    -e 's,[@]sbindir[@],$(sbindir),' \
	    -e 's,[@]confdir[@],$(sysconfdir)/et-phone-home,' \
	    -e 's,[@]statedir[@],$(localstatedir)/lib/et-phone-home,' \
	    $(top_srcdir)/$@.in >$@.new && \
	! grep '@[a-z]*@' $@.new && mv $@.new $@
contrib/systemd/et-phone-home-backup.service: \
	contrib/systemd/et-phone-home-backup.service.in
contrib/systemd/et-sshd.service: contrib/systemd/et-sshd.service.in
contrib/systemd/et-notify.service: contrib/systemd/et-notify.service.in
contrib/systemd/et-admin@.service: contrib/systemd/et-admin@.service.in
contrib/systemd/sysusers.d/et-phone-home.conf: \
	contrib/systemd/sysusers.d/et-phone-home.conf.in
contrib/systemd/tmpfiles.d/et-phone-home.conf: \
	contrib/systemd/tmpfiles.d/et-phone-home.conf.in

# A tarball tells its version itself.  configure that is older than HEAD would
# give it another one.
dist-hook:
	@version=$$(sh $(top_srcdir)/contrib/version.sh); \
	[ "$$version" = "$(VERSION)" ] || { \
	    echo "this is $$version, configure is of $(VERSION): run autoreconf -fi" >&2; \
	    exit 1; }
	rm -f $(distdir)/.tarball-version
	echo "$(VERSION)" >$(distdir)/.tarball-version
