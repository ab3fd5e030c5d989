#!/bin/sh
# From which image a machine starts: image.sh ACTION MACHINE BUNDLE. Each version
# has a disk of its own, MACHINE.BUNDLE.qcow2, and MACHINE.qcow2 is a link to one
# of them: so the way back is the old disk, with all that was written to it.
set -eu
. ./site.sh
cd "$IMAGES"
disk=$2.$3.qcow2

case $1 in
install)
	[ -e "$disk" ] || { cp "$3.qcow2" "$2.new" && mv "$2.new" "$disk"; }
	ln -sf "$disk" "$2.link" && mv -T "$2.link" "$2.qcow2" ;;
ready) [ -r "$disk" ] || [ -r "$3.qcow2" ] ;;
installed) [ "$(readlink "$2.qcow2")" = "$disk" ] ;;
*) exit 3 ;;
esac
