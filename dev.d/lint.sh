# Static checks beyond the compilers' warnings.

cmd_lint() {
	setup build check lint
	gate_open
	step 'build with gcc' build gcc && suites gcc tool
	step 'build with clang' build clang || true
	step 'cppcheck' lint_cppcheck || true
	step 'clang-tidy' lint_tidy || true
	gate_close
}

lint_cppcheck() {
	cppcheck --version >&2
}

lint_tidy() {
	clang-tidy --version >&2
}
