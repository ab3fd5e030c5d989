#!/bin/sh
# What a host pays for having camprun: its size without symbols, which
# libraries it draws in, and that it is hardened all the same.
#
# size.sh [BUILD]: camprun as `make` builds it; with CFLAGS of the user's own,
# only the libraries.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${1:-${BUILD:-build}}
MOST=$((300 * 1024))
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT

is_small() {
	strip -o "$tmp/camprun" "$BUILD/camprun" || return 1
	size=$(wc -c <"$tmp/camprun")
	[ "$size" -lt $MOST ] && return
	echo "$BUILD/camprun has $size bytes without symbols, not under $MOST"
	return 1
}

draws_in_little() {
	libraries=$(ldd "$BUILD/camprun") || return 1
	case $libraries in
	*libxml2*) ;;
	*) echo "ldd does not say what it needs"; return 1 ;;
	esac
	! echo "$libraries" | grep -E 'xslt|virt'
}

# It may stand anywhere in memory, and its tables are read-only in the end.
is_hardened() {
	readelf -h "$BUILD/camprun" | grep -q 'DYN' &&
	    readelf -lW "$BUILD/camprun" | grep -q GNU_RELRO
}

try() { # name command
	wanted "$1" || return 0
	if "$2"; then ok; else bad "$1"; fi
}

# Objects of their own are built only without CFLAGS of the user's.
if [ -d "$BUILD/small" ]; then
	try size-of-camprun is_small
elif wanted size-of-camprun; then
	skip size-of-camprun "built with other CFLAGS"
fi
try libraries-of-camprun draws_in_little
try hardening-of-camprun is_hardened
total
