# Here-documents and here-strings, small ones (a pipe) and large ones (a file).
name=world
cat <<END
hello $name, $((6 * 7)), $(echo substituted)
END
cat <<'END'
not expanded: $name $(false)
END
cat <<-END
	tabs are gone
	END
tr a-z A-Z <<<"a here-string"
large=$(seq 1 30000)
md5sum <<<"$large"
wc -l <<END
$large
END
while read -r one two; do echo "$two $one"; done <<END
first second
third fourth
END
bash <<'END'
echo "a script from a here-document, process above init: $((PPID > 0))"
cat <<INNER
nested
INNER
END
