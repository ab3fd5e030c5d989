#!/bin/sh
# run-golden.sh [--update] [case...]: runs the cases in tests/golden.
#
# A case is a folder. Its file cmd is a command line that sh runs in a copy of
# the folder, campgen first on PATH. Then
#   expect.out     must be what it printed (absent: it must print nothing)
#   expect.diag    the same for standard error
#   expect.status  must be its exit status (absent: 0)
#   expect.NAME    must be what it left in the file NAME
# A campaign.xml that the command writes must be what campaign.xsd describes.
# --update writes down what happens instead; git diff is the review.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${BUILD:-build}
LC_ALL=C TZ=UTC
export BUILD LC_ALL TZ

# The content of expect.$1 against the file $2; $3 says "must exist".
compare() {
	want=$dir/expect.$1
	if [ "$mode" = update ]; then
		if [ -s "$2" ]; then
			cmp -s "$2" "$want" || cp "$2" "$want"
		elif [ -e "$want" ]; then
			rm "$want"
		fi
		return 0
	fi
	[ -e "$want" ] || want=/dev/null
	[ -e "$2" ] || set -- "$1" /dev/null
	cmp -s "$want" "$2" || {
		diff -a -u --label "expect.$1" --label "$1" "$want" "$2" |
		    head -n 60
		return 1
	}
}

# One case, in a process of its own: the verdict is the exit status.
one() {
	dir=tests/golden/$1
	tmp=$(mktemp -d) || exit 3
	trap 'rm -rf "$tmp"' EXIT
	cp -R "$dir" "$tmp/work" && rm -f "$tmp"/work/expect.*
	bin=$(cd "$BUILD" && pwd)
	(
		cd "$tmp/work" && PATH=$bin:$PATH &&
		    exec timeout 60 sh ./cmd
	) >"$tmp/out" 2>"$tmp/diag" </dev/null
	status=$?
	[ $status = 0 ] && : >"$tmp/status" || echo $status >"$tmp/status"
	good=0
	for what in status diag out; do
		compare $what "$tmp/$what" || good=1
	done
	for file in "$dir"/expect.*; do
		what=${file##*/expect.}
		case $what in status | diag | out | '*') continue ;; esac
		compare "$what" "$tmp/work/$what" || good=1
	done
	written=$tmp/work/campaign.xml
	if [ ! -e "$dir/campaign.xml" ] && [ -e "$written" ]; then
		xmllint --noout --schema grammar/schema/campaign.xsd \
		    "$written" >"$tmp/schema" 2>&1 || {
			head -n 5 "$tmp/schema"
			good=1
		}
	fi
	exit $good
}

mode=check
case ${1-} in
--one) mode=$2; one "$3" ;;
--update) mode=update; shift ;;
esac

if [ ! -x "$BUILD/campgen" ]; then
	echo "no $BUILD/campgen yet: golden cases are not run"
	total
	exit
fi
out=$(mktemp -d) || exit 3
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM

if [ $# = 0 ]; then
	for d in tests/golden/*/; do
		d=${d%/}
		set -- "$@" "${d##*/}"
	done
fi
for name in "$@"; do
	name=${name%/} name=${name##*/}
	[ -e "tests/golden/$name/cmd" ] || {
		[ "$name" = '*' ] || bad "golden/$name" "has no file cmd"
		continue
	}
	! wanted "$name" || echo "$name"
done >"$out/list"
grep -h '^FAILED' "$out/list" && failed=$(grep -c '^FAILED' "$out/list")

# The folder may be read while cases run, so each writes a log of its own.
grep -v '^FAILED' "$out/list" | xargs -P "${JOBS:-2}" -I '{}' sh -c '
	sh tests/run-golden.sh --one "$1" "$2" >"$3/$2.log" 2>&1 &&
	    mv "$3/$2.log" "$3/$2.ok"' - $mode '{}' "$out"
for name in $(grep -v '^FAILED' "$out/list"); do
	if [ -e "$out/$name.ok" ]; then
		ok
	else
		cat "$out/$name.log"
		bad "golden/$name"
	fi
done
total
