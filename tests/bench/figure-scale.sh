# shellcheck shell=sh disable=SC2154
# A large fleet on one PostgreSQL: what heartbeats of 100,000 devices cost it, and
# a node on a store of 1,000,000.

scale_goal() { # METRIC SERVER UNIT GOAL
	figure "$1" "$2" "$(median "$1" "$2")" "$3" "$4" "$(rounds "$1" "$2")"
}

figure_scale() {
	need python3 python3
	seconds=60
	! $short || seconds=20
	status=0
	abs_top_builddir=$build abs_top_srcdir=$(cd "$here/../.." && pwd) \
		python3 "$here/scale.py" "$seconds" 100000 1000000 \
		>"$tmp/scale" || status=$?
	case $status in
	0) ;;
	77)
		say "scale: left out: $(cat "$tmp/scale")"
		return
		;;
	*)
		grep -v '^sample ' "$tmp/scale" | head -n 40 >&2
		die "scale: not measured, see above"
		;;
	esac
	sed -n 's/^sample //p' "$tmp/scale" >>"$samples"
	medians scale-database-cpu % '' after-checkpoint steady
	medians scale-keepers-cpu % '' after-checkpoint steady
	medians scale-wal B '' after-checkpoint steady
	medians scale-hot % '' after-checkpoint steady
	medians scale-behind s '' after-checkpoint steady
	scale_goal scale-start one s '<= 12'
	scale_goal scale-list one s '<= 1'
	scale_goal scale-rss monitor B '<= 700'
}
