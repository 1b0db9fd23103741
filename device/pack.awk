# Makes install.sh: each line "#@pack NAME PATH" becomes an arm of a case that
# prints the file top/PATH, the client's with this version and without comments
# but those at its top: devices have little room.
/^#@pack / {
	path = top "/" $3
	printf "\t%s)\tcat <<'END-OF-PACK'\n", $2
	for (n = 1; (got = (getline line <path)) > 0; n++) {
		if (n > 5 && line ~ /^[ \t]*# /)
			continue
		sub(/^version=.*/, "version=" version, line)
		print line
	}
	if (got < 0) {
		print "cannot read " path >"/dev/stderr"
		exit 1
	}
	close(path)
	print "END-OF-PACK"
	print "\t\t;;"
	next
}
{ print }
