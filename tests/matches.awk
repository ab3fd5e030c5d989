# awk -f matches.awk WANTED GOT: is GOT what WANTED says? A line "..." in
# WANTED stands for any number of lines. The exit status is the answer.
NR == FNR { want[++n] = $0; next }
{ got[++m] = $0 }
END {
	i = j = 1
	while (j <= m || i <= n) {
		if (i <= n && want[i] == "...") {
			gap = i++
			from = j
		} else if (i <= n && j <= m && want[i] == got[j]) {
			i++
			j++
		} else if (gap && from < m + 1 && j <= m) {
			i = gap + 1
			j = ++from
		} else {
			exit 1
		}
	}
	exit 0
}
