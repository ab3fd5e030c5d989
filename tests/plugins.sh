#!/bin/sh
# Drivers are loaded when they are asked for: from where, which ones, and what
# is said when one is missing, is not ours or does not fit (U12, X6).
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${BUILD:-build}
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
chmod 755 "$tmp"
mkdir "$tmp/dir"
example=examples/01-two-hosts
cp "$BUILD"/plugin/camprun-sim.so "$tmp/dir"
"$BUILD/campgen" $example/source.* $example/target.* -o "$tmp/campaign.xml" \
    >/dev/null 2>&1 || exit 3

# run DRIVER: its status, and what it said in $tmp/err.
run() {
	rm -rf "$tmp/state"
	"$BUILD/camprun" run "$tmp/campaign.xml" --source $example/source.* \
	    --state "$tmp/state" --driver="$1" --yes >"$tmp/out" 2>"$tmp/err"
}

# says NAME STATUS WORDS DRIVER: that and nothing else, as the first thing, and
# nothing was begun.
says() {
	wanted "$1" || return 0
	run "$4"
	status=$?
	if [ $status = "$2" ] && grep -qF "$3" "$tmp/err" &&
	    [ "$(wc -l <"$tmp/err")" = 1 ] && [ ! -e "$tmp/state" ]; then
		ok
	else
		cat "$tmp/err"
		bad "$1" "status $status"
	fi
}

does() { # NAME DRIVER
	wanted "$1" || return 0
	if run "$2"; then ok; else cat "$tmp/err"; bad "$1"; fi
}

# Each finds in the program all it uses.
for so in "$BUILD"/plugin/*.so; do
	name=${so##*/camprun-}
	name=${name%.so}
	wanted "plugin-$name" || continue
	run "$name"
	if grep -F 'cannot be loaded' "$tmp/err"; then
		bad "plugin-$name"
	else
		ok
	fi
done
does plugin-beside-the-program sim
says plugin-unknown 2 'there is no driver "nosuch"' nosuch
says plugin-bad-name 2 'is no name of a driver' ../sim
says plugin-no-driver 2 'prove is no driver' prove
says plugin-no-name 2 'is no name of a driver' ''

CAMPRUN_PLUGIN_DIR=$tmp/dir
export CAMPRUN_PLUGIN_DIR
does plugin-in-a-folder-of-ours sim
cp "$BUILD"/plugin/camprun-sim.so "$tmp/dir/camprun-other.so"
says plugin-of-another-name 2 'build both together' other
printf 'not a library' >"$tmp/dir/camprun-torn.so"
says plugin-torn 2 'cannot be loaded' torn
says plugin-missing 2 'is not built or not installed' libvirt
chmod o+w "$tmp/dir/camprun-sim.so"
says plugin-open-to-all 2 'can be written by everybody' sim
chmod o-w "$tmp/dir/camprun-sim.so"
chmod o+w "$tmp/dir"
says plugin-folder-open-to-all 2 'can be written by everybody' sim
chmod o-w "$tmp/dir"
if [ "$(id -u)" = 0 ]; then
	chown 65533 "$tmp/dir/camprun-sim.so"
	says plugin-of-a-stranger 2 'belongs to user 65533' sim
	chown 0 "$tmp/dir/camprun-sim.so"
elif wanted plugin-of-a-stranger; then
	skip plugin-of-a-stranger "only root can give a file away"
fi
does plugin-ours-again sim
unset CAMPRUN_PLUGIN_DIR

# As installed: the program and its drivers in two folders.
mkdir -p "$tmp/bin" "$tmp/lib/campgen"
cp "$BUILD/camprun" "$BUILD/campgen" "$tmp/bin"
cp "$BUILD"/plugin/camprun-sim.so "$tmp/lib/campgen"
BUILD=$tmp/bin
does plugin-as-installed sim
if wanted plugin-proof-left-out; then
	"$BUILD/camprun" prove "$tmp/campaign.xml" --source \
	    $example/source.* >"$tmp/out" 2>"$tmp/err"
	if [ $? = 3 ] && grep -qF 'plug-in prove is not built or not installed' \
	    "$tmp/err" && [ ! -s "$tmp/out" ]; then
		ok
	else
		cat "$tmp/out" "$tmp/err"
		bad plugin-proof-left-out
	fi
fi
says plugin-left-out 2 '"make install" installs it' exec
total
