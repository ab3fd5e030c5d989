#!/bin/sh
# Runs the cmocka programs in BUILD/unit, counting their tests, and replays
# the fuzzers' corpora: each file once, no program may crash or hang on it.
set -u
cd "$(dirname "$0")/.." || exit 3
. tests/lib.sh
BUILD=${BUILD:-build}
log=$(mktemp) || exit 3
trap 'rm -f "$log"' EXIT

count() { awk -v tag="[  $1  ]" 'index($0, tag) == 1 && / test\(s\)/ {
	for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/) { n += $i; break }
} END { print n + 0 }' "$log"; }

for src in tests/unit/test_*.c; do
	name=$(basename "$src" .c)
	[ -e "$src" ] && wanted "$name" || continue
	if [ "$name" = test_run_virt ] && [ ! -e "$BUILD/unit/$name" ]; then
		skip "$name" "libvirt-dev is not installed"
		continue
	fi
	timeout 600 "$BUILD/unit/$name" >"$log" 2>&1
	status=$?
	p=$(count PASSED) f=$(count FAILED) s=$(count SKIPPED)
	if [ $status != 0 ]; then
		cat "$log"
		[ "$f" -gt 0 ] || f=1
		echo "FAILED $name: exit status $status"
	elif [ "$p" = 0 ]; then
		echo "FAILED $name: reports no test at all"
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f))
	skipped=$((skipped + s))
done

# The inputs of a fuzz target: its corpus, and what the golden cases have.
inputs() {
	ls tests/fuzz/corpus/"$1"/* 2>/dev/null
	case $1 in
	model_xml) ls tests/golden/*/*.xml examples/*/source.xml ;;
	model_yaml) ls tests/golden/*/*.yaml examples/*/source.yaml ;;
	policy) ls tests/golden/*/policy*.yaml examples/*/policy.yaml ;;
	metrics) ls tests/golden/bad-A0*/* tests/golden/advise*/* ;;
	faults) ls tests/golden/*/faults* ;;
	prove) ls tests/golden/bad-R*/*.xml examples/*/campaign.xml ;;
	esac 2>/dev/null
}

for src in tests/fuzz/fuzz_*.c; do
	name=$(basename "$src" .c)
	replay=$BUILD/fuzz/replay_${name#fuzz_}
	[ -x "$replay" ] && wanted "$name" || continue
	n=$(inputs "${name#fuzz_}" | wc -l)
	if inputs "${name#fuzz_}" | xargs timeout 300 "$replay" >"$log" 2>&1 &&
	    [ "$(wc -l <"$log")" = "$n" ] && [ "$n" -gt 0 ]; then
		passed=$((passed + n))
	else
		tail -n 40 "$log"
		bad "$name" "replay of $n files"
	fi
done
total
