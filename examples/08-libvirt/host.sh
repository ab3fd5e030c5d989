#!/bin/sh
# What the policy has done to a host: host.sh ACTION HOST [BUNDLE]. A bundle is
# a package and its version.
. ./site.sh

case $1 in
install) on "$2" dpkg -i "$PACKAGES/$3.deb" ;;
ready) on "$2" test -r "$PACKAGES/$3.deb" ;;
installed) # was it done?
	on "$2" dpkg -s "${3%_*}" | grep -e '^Status:' -e '^Version:' |
	    tr '\n' ' ' | grep -q "^Status: install ok installed Version: ${3#*_} " ;;
restart) restart "$2" ;;
*) exit 3 ;;
esac
