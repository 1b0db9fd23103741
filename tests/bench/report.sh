# shellcheck shell=sh disable=SC2154
# What was measured: samples in a file, figures out of them.

samples=$tmp/samples

# sample METRIC SERVER VALUE
sample() {
	echo "$1 $2 $3" >>"$samples"
}

calc() { # an awk expression
	awk "BEGIN { printf \"%.6g\", $1 }"
}

awk_median='function median(v, n,    i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
			t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
		}
	return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}'

# median METRIC SERVER
median() {
	awk -v m="$1" -v s="$2" "$awk_median"'
	$1 == m && $2 == s { v[++n] = $3 }
	END { printf "%.6g", n ? median(v, n) : "nan" }' "$samples"
}

# ratio METRIC SERVER PEER: the median of the rounds' ratios
ratio() {
	awk -v m="$1" -v s="$2" -v p="$3" "$awk_median"'
	$1 == m && $2 == s { a[++na] = $3 }
	$1 == m && $2 == p { b[++nb] = $3 }
	END {
		n = na < nb ? na : nb
		for (i = 1; i <= n; i++)
			v[i] = a[i] / b[i]
		printf "%.6g", n ? median(v, n) : "nan"
	}' "$samples"
}

rounds() { # METRIC SERVER: how many
	awk -v m="$1" -v s="$2" '$1 == m && $2 == s { n++ }
	END { print n + 0 }' "$samples"
}

report_begin() {
	: >"$samples"
	$json || printf '%-38s %-8s %10s %-8s %-9s %-4s %s\n' \
		figure server value unit goal met rounds
}

# figure FIGURE SERVER VALUE UNIT GOAL ROUNDS; GOAL "<= 6", ">= 20" or ""
figure() {
	met=
	[ -z "$5" ] || met=$(awk "BEGIN { print ($3 $5) ? \"yes\" : \"no\" }")
	if $json; then
		awk -v f="$1" -v s="$2" -v v="$3" -v u="$4" -v g="$5" \
			-v m="$met" -v r="$6" 'BEGIN {
			printf "{\"figure\":\"%s\",\"server\":\"%s\"," \
			    "\"value\":%s,\"unit\":\"%s\",\"goal\":%s," \
			    "\"met\":%s,\"rounds\":%d}\n", f, s, v, u,
			    g == "" ? "null" : "\"" g "\"",
			    m == "" ? "null" : m == "yes" ? "true" : "false",
			    r
		}'
	else
		printf '%-38s %-8s %10.4g %-8s %-9s %-4s %s\n' \
			"$1" "$2" "$3" "$4" "${5:--}" "${met:--}" "$6"
	fi
}

# compare METRIC PEER GOAL: each of ours against a peer
compare() {
	for one in $ours; do
		figure "$1/$2" "$one" "$(ratio "$1" "$one" "$2")" ratio "$3" \
			"$(rounds "$1" "$2")"
	done
}

# against_first METRIC: a second build against the first
against_first() {
	for one in $ours; do
		[ "$one" = ours ] || figure "$1/ours" "$one" \
			"$(ratio "$1" "$one" ours)" ratio '' \
			"$(rounds "$1" "$one")"
	done
}

# medians METRIC UNIT GOAL SERVER ...: the goal is for ours
medians() {
	metric=$1 unit=$2 goal=$3
	shift 3
	for one in "$@"; do
		case $one in
		ours*) aim=$goal ;;
		*) aim='' ;;
		esac
		figure "$metric" "$one" "$(median "$metric" "$one")" "$unit" \
			"$aim" "$(rounds "$metric" "$one")"
	done
}
