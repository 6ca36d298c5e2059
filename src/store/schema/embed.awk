# Turns the numbered schema files into C: one string for each statement,
# because ISO C promises no longer strings than 4095 bytes.

function finish_file() {
	if (number != "") {
		printf "\tNULL\n};\n\n"
	}
}

BEGIN {
	print "/* Made from store/schema/ by embed.awk. */"
	print "#include \"store/schema.h\"\n"
	print "#include <stddef.h>\n"
}

FNR == 1 {
	finish_file()
	number = FILENAME
	sub(/^.*\//, "", number)
	sub(/\.sql$/, "", number)
	files[++count] = number
	printf "static const char *const schema_%s[] = {\n", number
}

/^[ \t]*(--.*)?$/ { next }

{
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	gsub(/\t/, "\\t", line)
	last = sub(/;[ \t]*$/, "", line)
	printf "\t\"%s\\n\"%s\n", line, last ? "," : ""
}

END {
	finish_file()
	print "const struct schema_step schema_steps[] = {"
	for (i = 1; i <= count; i++) {
		printf "\t{%d, schema_%s},\n", files[i], files[i]
	}
	print "};"
	printf "const unsigned schema_step_count = %d;\n", count
}
