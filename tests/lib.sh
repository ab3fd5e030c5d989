# What the test scripts share. A script reports each case with ok, bad or
# skip and ends with total, whose line `N passed, N failed` tests/run.sh adds
# up. T=name leaves only cases that have that in their name.
passed=0 failed=0 skipped=0

wanted() {
	case $1 in *"${T-}"*) return 0 ;; esac
	return 1
}
ok() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAILED $1${2+: $2}"
}
skip() {
	skipped=$((skipped + 1))
	echo "skipped $1${2+: $2}"
}
total() {
	line="$passed passed, $failed failed"
	[ $skipped = 0 ] || line="$line, $skipped skipped"
	echo "$line"
	[ $failed = 0 ]
}
