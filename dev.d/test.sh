# The gate.  Each step writes what it found under build/gate/, and tools/tally
# sums the cases up in the last line.

GATE=build/gate

# What runs under the sanitizers: the server itself too, in the suite api.
ASAN_SUITES=(unit flow fault api fuzz)
TSAN_SUITES=(unit flow api)

cmd_test() {
	case ${1:-} in
	'') test_all ;;
	--quick) test_quick ;;
	*) echo 'usage: ./dev test [--quick]' >&2; exit 2 ;;
	esac
}

test_quick() {
	setup build check
	gate_open
	step 'build with gcc' build gcc && suites gcc unit flow tool
	gate_close
}

test_all() {
	setup build check clang test
	setup_npm
	gate_open
	step 'build with gcc' build gcc && suites gcc
	step 'build with clang, ASan, UBSan' build asan &&
	    suites asan "${ASAN_SUITES[@]}"
	step 'build with clang, TSan' build tsan && suites tsan "${TSAN_SUITES[@]}"
	step 'the tree is what it was' tools/clean-tree "$GATE/tree" || true
	gate_close
}

cmd_asan() {
	[ $# -gt 0 ] || set -- "${ASAN_SUITES[@]}"
	one_kind asan "$@"
}

cmd_tsan() {
	[ $# -gt 0 ] || set -- "${TSAN_SUITES[@]}"
	one_kind tsan "$@"
}

one_kind() {
	local kind=$1
	shift
	setup build check clang test
	gate_open
	step "build for $kind" build "$kind" && suites "$kind" "$@"
	gate_close
}

cmd_cover() {
	setup build check test cover
	setup_npm
	build cover
	find build-cover -name '*.gcda' -delete
	suites cover || true
	gcovr --root . --filter 'src/' build-cover \
	    --exclude-unreachable-branches \
	    --exclude-branches-by-pattern '.*\bassert\(.*' \
	    --json build-cover/cover.json --html-details build-cover/cover.html
	tools/cover build-cover/cover.json
	echo 'line by line: build-cover/cover.html'
}

gate_open() {
	rm -rf "$GATE"
	mkdir -p "$GATE"
	tools/clean-tree >"$GATE/tree"
	scratch_open
}

gate_close() {
	tools/tally "$GATE"
}

# What tests write goes to memory where there is enough: a disk that others keep
# busy can stand still for a minute, which a client takes for a hang.
scratch_open() {
	local free
	free=$(df --output=avail -B1M -t tmpfs /dev/shm 2>/dev/null | tail -n 1)
	[ "${free:-0}" -ge 4096 ] || return 0
	[[ $(findmnt -no OPTIONS /dev/shm) != *noexec* ]] || return 0
	TMPDIR=$(mktemp -d /dev/shm/watchword-test.XXXXXX)
	export TMPDIR
	trap 'rm -rf "$TMPDIR"' EXIT
	trap 'exit 1' HUP INT TERM
	chmod 1777 "$TMPDIR"	# databases and mail servers are other users
}

# step NAME COMMAND...: run it, and note it as one case.
step() {
	local name=$1
	shift
	if "$@"; then
		echo "ok - $name" >>"$GATE/steps.tap"
	else
		echo "not ok - $name" >>"$GATE/steps.tap"
		return 1
	fi
}

# suites KIND [SUITE...]: run these suites (all by default) of a build; the
# log goes to the gate's folder.  What fails is counted by tools/tally.  Of
# all, what has a long version runs in that one alone.
suites() {
	local kind=$1 folder args
	folder=$(folder_of "$kind")
	shift
	if [ $# -eq 0 ]; then
		args=(--no-suite short)
	else
		args=("${@/#/--suite=}" --no-suite slow)
	fi
	echo "--- $kind: ${*:-all}"
	rm -f "$folder"/meson-logs/testlog.*
	sanitizer_env tests/support/with-postgres -o meson test -C "$folder" --no-rebuild --print-errorlogs \
	    --num-processes "$JOBS" --timeout-multiplier "$(patience "$kind")" \
	    "${args[@]}" || true
	mkdir -p "$GATE"
	cp "$folder/meson-logs/testlog.json" "$GATE/$kind.json" ||
	    echo "not ok - $kind: no suite was run" >>"$GATE/steps.tap"
}

# Time is no criterion of the tests: the limit only ends what hangs.
patience() {
	case $1 in
	gcc) echo 4 ;;
	*) echo 12 ;;
	esac
}

# Allocations that cannot be had return NULL, as they do without a sanitizer.
sanitizer_env() {
	local common=allocator_may_return_null=1
	CMOCKA_MESSAGE_OUTPUT=TAP \
	ASAN_OPTIONS=$common:detect_stack_use_after_return=1:strict_string_checks=1 \
	UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
	TSAN_OPTIONS=$common:halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tools/tsan.supp \
	    "$@"
}
