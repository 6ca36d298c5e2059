# Installing what a command needs, and only what is missing.

# packages SECTION...: the packages of these sections that this machine needs,
# one a line.
packages() {
	local section='' package command
	while read -r package command; do
		case $package in
		''|'#'*) continue ;;
		'['*) section=${package#[}; section=${section%]}; continue ;;
		esac
		[[ " $* " == *" $section "* ]] || continue
		[ -n "$command" ] && command -v "$command" >/dev/null && continue
		echo "$package"
	done <dev.d/packages.txt
}

# missing_of PACKAGE...: those that are not installed.
missing_of() {
	[ $# -gt 0 ] || return 0
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
	    awk -v want="$*" '
		$1 == "installed" { have[$2] = 1 }
		END {
			n = split(want, names, " ")
			for (i = 1; i <= n; i++)
				if (!(names[i] in have)) print names[i]
		}'
}

# setup SECTION...: afterwards the packages of these sections are there.
setup() {
	local wanted missing
	mapfile -t wanted < <(packages "$@" | sort -u)
	mapfile -t missing < <(missing_of "${wanted[@]}")
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] ||
	    die "packages are missing; run: sudo apt-get install -y ${missing[*]}"
	install_packages "${missing[@]}"
}

install_packages() {
	local log=build/apt.log
	echo "dev: installing $*" >&2
	mkdir -p build
	export DEBIAN_FRONTEND=noninteractive
	# The tests bring a configuration of their own for Postfix.
	if [[ " $* " == *" postfix "* ]]; then
		echo 'postfix postfix/main_mailer_type select No configuration' |
		    debconf-set-selections
	fi
	{ apt-get -qq update && apt-get -qq -y --no-install-recommends \
	    install "$@"; } >"$log" 2>&1 || { tail -40 "$log" >&2; return 1; }
}

# setup_npm: the test-only npm packages, exactly as locked.  No script of a
# package is run.
setup_npm() {
	tests/web/packages
	tests/web/packages tests/lighthouse
}
