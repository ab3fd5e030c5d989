#!/bin/sh
# What the policy has done to a host: deb.sh ACTION HOST [BUNDLE]. A host is a
# folder of its own below site/, with a package database; it runs while there
# is a file up in it. Status by the OCF convention.
set -u
root=$PWD/site/$2
dpkg() { command dpkg --root="$root" --force-script-chrootless --force-not-root \
	    --log=/dev/null "$@"; }

case $1 in
instantiate) : >"$root/up" ;;
terminate) rm -f "$root/up" ;;
monitor) [ -e "$root/up" ] || exit 7 ;;
offline-install) dpkg -i "$PWD/site/$3.deb" ;;
offline-uninstall) dpkg -r "${3%_*}" ;;
# Was it done? The package is there in that version and configured, or is not
# there at all.
is-installed)
	state=$(dpkg-query --admindir="$root/var/lib/dpkg" \
	    -f '${db:Status-Status} ${Package}_${Version}' -W "${3%_*}" 2>&1)
	case $state in
	"installed $3") exit 0 ;;
	*'no packages found'* | 'not-installed '* | 'config-files '*) exit 1 ;;
	*) exit 2 ;;
	esac ;;
*) exit 3 ;;
esac
