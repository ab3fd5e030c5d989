#!/bin/sh
# Runs all tests of one build (run.sh BUILD) and adds up what they report. One
# suite after the other; each prints its failures and a line of counts.
set -u
cd "$(dirname "$0")/.." || exit 3
BUILD=${1:-build}
export BUILD T SEED CASES
export LC_ALL=C TZ=UTC
unset SOURCE_DATE_EPOCH CDPATH
: "${T=}" "${SEED=}" "${CASES=}"
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

passed=0 failed=0 skipped=0

# Adds the numbers of all "N passed, N failed[, N skipped]" lines of a log;
# a suite that ends badly without saying which test failed counts as one.
add() { # name status log
	set -- "$1" "$2" "$(awk '
		/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
			p += $1; f += $3; s += $5
		}
		END { print p + 0, f + 0, s + 0 }' "$3")"
	name=$1 status=$2
	set -- $3
	f=$2
	[ "$status" = 0 ] || [ "$f" -gt 0 ] || f=1
	printf '%-12s %d passed, %d failed' "$name:" "$1" "$f"
	[ "$3" = 0 ] && echo || echo ", $3 skipped"
	passed=$((passed + $1)) failed=$((failed + f))
	skipped=$((skipped + $3))
}

suite() { # name command...
	suite_name=$1
	shift
	"$@" >"$tmp/log" 2>&1 </dev/null
	status=$?
	grep -Ev '^[0-9]+ passed, [0-9]+ failed' "$tmp/log"
	add "$suite_name" $status "$tmp/log"
}

suite layers sh tests/layers.sh
suite promises sh tests/promises.sh
suite units sh tests/run-units.sh
suite spin sh tests/spin/run.sh
suite golden sh tests/run-golden.sh
suite codes sh tests/list-codes.sh
suite examples sh tests/run-examples.sh
suite explained python3 tests/explained.py
suite findings python3 tests/findings.py
suite docs sh tests/docs.sh
suite shell sh tests/shell.sh
suite plugins sh tests/plugins.sh
suite exec python3 tests/exec.py
suite exec python3 tests/exec_keep.py
suite guard python3 tests/guard.py
suite capabilities python3 tests/capabilities.py
suite views python3 tests/views.py
suite complaints python3 tests/complaints.py
suite page python3 tests/page.py
suite monitor python3 tests/monitor.py
suite alerts python3 tests/alerts.py
suite size sh tests/size.sh "$BUILD"
suite peers python3 tests/bench/test_peers.py
suite kills python3 tests/crash/kill.py
[ ! -e tests/prop/run.py ] || suite properties python3 tests/prop/run.py
suite advice python3 tests/prop/advise.py
suite kills python3 tests/prop/kill.py --seeds 2..5 --kills 1
suite stray python3 tests/prop/stray.py --seeds 1..6
suite become python3 tests/prop/become.py --seeds 1..12
suite morph python3 tests/prop/morph.py --seeds 1..12
suite faults python3 tests/prop/faults.py --seeds 1..6 --turns 2

line="$passed passed, $failed failed"
[ $skipped = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ $failed = 0 ]
