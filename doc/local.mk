# the pages, in a folder beside README, so that its links lead to them
pagesdir = $(docdir)/doc
dist_pages_DATA = doc/README.md doc/alerts.md doc/compared.md doc/contracts.md \
	doc/first-device.md doc/first-server.md doc/glossary.md \
	doc/how-it-works.md doc/limits.md doc/many-devices.md \
	doc/many-nodes.md doc/scale.md \
	doc/migration.md doc/operations.md doc/operators.md doc/page.md \
	doc/security.md doc/sending-alerts.md doc/threats.md doc/web-interface.png \
	doc/jump.svg doc/overview.svg doc/poll.svg
dist_pictures_DATA = doc/pictures/device.png doc/pictures/fleet.png \
	doc/pictures/phone.png
picturesdir = $(docdir)/doc/pictures
EXTRA_DIST += doc/pictures/make.py
EXTRA_DIST += doc/jump.msc doc/overview.msc doc/poll.msc doc/pictures.sh
