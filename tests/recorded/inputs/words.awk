# Counts words, in associative arrays, and sorts by a pipe to another program.
{ for (i = 1; i <= NF; i++) { count[$i % 97]++; sum += length($i) } }
END {
  for (word in count) print count[word], word | "sort -rn | head -5"
  close("sort -rn | head -5")
  printf "%d lines, %d characters, %.3f a line\n", NR, sum, sum / NR
  "echo from a command" | getline line
  print line
  print substr("substring", 4), toupper("upper"), index("index", "d"), 2 ^ 10, sin(1)
}
