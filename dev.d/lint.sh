# Static checks beyond the compilers' warnings.

cmd_lint() {
	setup build check clang lint
	gate_open
	step 'build with gcc' build gcc && suites gcc tool
	step 'build with clang' build clang || true
	step 'cppcheck' lint_cppcheck || true
	step 'clang-tidy' lint_tidy "$@" || true
	gate_close
}

lint_cppcheck() {
	local folders=(src)
	[ ! -d bench ] || folders+=(bench)
	cppcheck --quiet --std=c11 --language=c --error-exitcode=1 \
	    --enable=warning,performance,portability --inline-suppr \
	    --suppressions-list=tools/cppcheck.supp -D_GNU_SOURCE \
	    -I src -I build-clang/src -j"$JOBS" --template=gcc "${folders[@]}"
}

# lint_tidy [FILE...]: all sources of ours that the clang build compiles, or
# these.  One file at a time: the va_list check of clang-tidy 14 carries state
# from one to the next and then reports what is not there.
lint_tidy() {
	local files
	if [ $# -gt 0 ]; then
		files=("$@")
	else
		mapfile -t files < <(tools/sources build-clang)
	fi
	printf '%s\0' "${files[@]}" |
	    xargs -0 -n 1 -P "$JOBS" clang-tidy --quiet -p build-clang 2>&1 |
	    sed '/^[0-9]* warnings\? generated/d; /^Suppressed /d; /^Use -header/d'
}
