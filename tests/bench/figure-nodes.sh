# shellcheck shell=sh disable=SC2154
# Three nodes on one PostgreSQL: a poll against one node with SQLite, jumps and
# wishes to devices of the same node and of another, one stream through two
# nodes, and a revoke on one that ends a session on another.

nodes_ratio() { # METRIC SERVER PEER GOAL
	figure "$1/$3" "$2" "$(ratio "$1" "$2" "$3")" ratio "$4" \
		"$(rounds "$1" "$2")"
}

nodes_above() { # METRIC SERVER PEER GOAL
	figure "$1-above-$3" "$2" \
		"$(calc "$(median "$1" "$2") - $(median "$1" "$3")")" ms "$4" \
		"$(rounds "$1" "$2")"
}

figure_nodes() {
	need python3 python3
	count=5 polls=3000 amount=400000000
	! $short || count=3 polls=1500 amount=100000000
	status=0
	abs_top_builddir=$build abs_top_srcdir=$(cd "$here/../.." && pwd) \
		python3 "$here/nodes.py" "$count" "$polls" "$amount" \
		>"$tmp/nodes" || status=$?
	case $status in
	0) ;;
	77)
		say "nodes: left out: $(cat "$tmp/nodes")"
		return
		;;
	*)
		grep -v '^sample ' "$tmp/nodes" | head -n 40 >&2
		die "nodes: not measured, see above"
		;;
	esac
	sed -n 's/^sample //p' "$tmp/nodes" >>"$samples"
	medians nodes-poll-cpu ms '' one three
	medians nodes-poll-cpu-database ms '' three
	nodes_ratio nodes-poll-cpu three one '<= 1.05'
	medians nodes-banner ms '' same other
	nodes_above nodes-banner other same '<= 25'
	medians nodes-wish ms '' same other
	nodes_above nodes-wish other same '<= 150'
	for way in from to; do
		medians "nodes-$way-device-cpu" s/GB '' same other
		nodes_ratio "nodes-$way-device-cpu" other same '<= 1.6'
		medians "nodes-$way-device-rate" MB/s '' same other
		nodes_ratio "nodes-$way-device-rate" other same '>= 0.7'
	done
	medians nodes-revoke ms '' three
	figure nodes-revoke-max three "$(awk '$1 == "nodes-revoke" && $3 > m {
		m = $3 } END { printf "%.6g", m }' "$samples")" ms '<= 1000' \
		"$(rounds nodes-revoke three)"
}
