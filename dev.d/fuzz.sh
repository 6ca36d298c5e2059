# Fuzzing by libFuzzer.  The corpus grows in build-fuzz/corpus/; what is worth
# keeping is moved to tests/fuzz/seeds/ by hand.

cmd_fuzz() {
	local seconds=${1:-60} only=${2:-} source name failed=()
	[[ $seconds =~ ^[0-9]+$ ]] ||
	    { echo 'usage: ./dev fuzz [SECONDS [NAME]]' >&2; exit 2; }
	setup build check clang
	build fuzz
	for source in tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		name=${name#fuzz_}
		[ -z "$only" ] || [ "$only" = "$name" ] || continue
		fuzz_one "$name" "$seconds" || failed+=("$name")
	done
	[ ${#failed[@]} -eq 0 ] || die "found something: ${failed[*]}"
}

# fuzz_one NAME SECONDS: what breaks it is left in build-fuzz/NAME-*.
fuzz_one() {
	local corpus=build-fuzz/corpus/$1
	mkdir -p "$corpus"
	echo "--- $1, $2 s"
	build-fuzz/tests/fuzz/"fuzz_$1" -max_total_time="$2" -timeout=10 \
	    -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
	    -artifact_prefix="build-fuzz/$1-" "$corpus" "tests/fuzz/seeds/$1"
}
