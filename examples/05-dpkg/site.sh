#!/bin/sh
# Makes two hosts with version 1 of the collector below site/, and the packages.
# Version 2 refuses to be configured where there is a file refuse.
set -eu
rm -rf site
mkdir site
for version in 1 2; do
	pack=site/collector_$version
	mkdir -p $pack/DEBIAN $pack/etc
	echo "version $version" >$pack/etc/collector.conf
	cat >$pack/DEBIAN/control <<-EOF
	Package: collector
	Version: $version
	Architecture: all
	Maintainer: nobody <nobody@localhost>
	Description: collects nothing
	EOF
	cat >$pack/DEBIAN/postinst <<-EOF
	#!/bin/sh
	[ $version = 1 ] || [ ! -e "\$DPKG_ROOT/refuse" ] && exit
	echo "this host refuses" >&2
	exit 1
	EOF
	chmod 755 $pack/DEBIAN/postinst
	dpkg-deb --root-owner-group -b $pack site/collector_$version.deb >/dev/null
	rm -rf $pack
done
for host in host1 host2; do
	db=site/$host/var/lib/dpkg
	mkdir -p $db/info $db/updates $db/triggers
	: >$db/status
	: >$db/available
	sh deb.sh offline-install $host collector_1 >/dev/null
	sh deb.sh instantiate $host
done
