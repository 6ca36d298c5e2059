# The proof that nothing is needed but Debian 12: a minimal system made by
# debootstrap, the committed tree in it, and both commands of the README.
#
# How this machine reaches its mirrors (sources, proxy, certificates, npm's
# registry) is asked of it at run time and given to the new system.

FRESH=build-fresh
FRESH_SUITE=bookworm

# cmd_fresh [DIR]: DIR is empty or not there; by default a folder of its
# own, which is removed when all went well.
cmd_fresh() {
	local dir=${1:-$PWD/$FRESH/debian.$$}
	[ "$(id -u)" = 0 ] || die 'fresh needs root: debootstrap and chroot do'
	git rev-parse -q --verify HEAD >/dev/null ||
	    die 'fresh copies the committed tree: run it in a git checkout'
	setup fresh
	mkdir -p "$FRESH" "$dir"
	[ -z "$(ls -A "$dir")" ] || die "$dir is not empty"
	chmod 755 "$dir"	# it will be "/", for other users as well
	fresh_debian "$dir"
	fresh_settings "$dir"
	mkdir "$dir/watchword"
	git archive HEAD | tar -x -C "$dir/watchword"
	fresh_run "$dir" './dev test && ./dev demo --once' ||
	    die "failed in a fresh Debian; it is kept in $dir"
	[ $# -gt 0 ] || rm -rf --one-file-system "$dir"
	echo 'fresh: ./dev test and ./dev demo --once passed in a minimal Debian'
}

# fresh_debian DIR: unpack a minimal system; its packages are downloaded once.
fresh_debian() {
	local tarball=$PWD/$FRESH/$FRESH_SUITE.tar mirror scratch
	local options=(--variant=minbase --include=ca-certificates)
	mirror=$(fresh_mirror)
	[ -n "$mirror" ] || die "no source for $FRESH_SUITE main in apt's list"
	if [ ! -f "$tarball" ]; then
		scratch=$(mktemp -d "$PWD/$FRESH/download.XXXXXX")
		debootstrap "${options[@]}" --make-tarball="$tarball.new" \
		    "$FRESH_SUITE" "$scratch" "$mirror" >&2
		mv "$tarball.new" "$tarball"
		rm -rf "$scratch"
	fi
	debootstrap "${options[@]}" --unpack-tarball="$tarball" \
	    "$FRESH_SUITE" "$1" "$mirror" >"$FRESH/debootstrap.log" ||
	    { tail -20 "$FRESH/debootstrap.log" >&2; return 1; }
}

# The mirror that this machine's apt uses.
fresh_mirror() {
	# shellcheck disable=SC2016 # apt's variables, not the shell's
	apt-get indextargets \
	    --format '$(CREATED_BY) $(CODENAME) $(COMPONENT) $(REPO_URI)' |
	    awk -v suite="$FRESH_SUITE" \
		'$1 == "Packages" && $2 == suite && $3 == "main" { print $4 }' |
	    head -n 1
}

# fresh_settings DIR: what the system needs to reach the mirrors as we do.
fresh_settings() {
	local file
	rm -f "$1/etc/apt/sources.list"
	(shopt -s nullglob
	for file in /etc/apt/sources.list \
	    /etc/apt/sources.list.d/*.{list,sources} \
	    /etc/apt/trusted.gpg.d/* /etc/apt/keyrings/* \
	    /usr/local/share/ca-certificates/*.crt \
	    /etc/ssl/certs/ca-certificates.crt /etc/hosts /etc/resolv.conf \
	    "${NODE_EXTRA_CA_CERTS:-}" "${SSL_CERT_FILE:-}"; do
		[ -f "$file" ] || continue
		mkdir -p "$1$(dirname "$file")"
		cp -L "$file" "$1$file"
	done)
	apt-config dump | grep -E '^Acquire::(https?|Retries|Check-)' \
	    >"$1/etc/apt/apt.conf.d/99host" || true
	# Installing a package starts no service.
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod +x "$1/usr/sbin/policy-rc.d"
}

# fresh_environment: NAME=VALUE lines for the commands inside.
fresh_environment() {
	echo "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	echo HOME=/root
	echo LANG=C.UTF-8
	env | grep -E '^(https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|npm_config_[a-z_]+|NPM_CONFIG_[A-Z_]+)=' || true
	if command -v npm >/dev/null; then
		echo "npm_config_registry=$(npm config get registry 2>/dev/null)"
	fi
}

# fresh_run DIR COMMANDS: in the tree inside.  The mounts and processes are in
# name spaces of their own, so they are gone with it, however it ends.
fresh_run() {
	local environment
	mapfile -t environment < <(fresh_environment)
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --kill-child sh -euc '
		dir=$1 commands=$2
		shift 2
		mount -t proc proc "$dir/proc"
		mount --rbind /sys "$dir/sys"
		mount --rbind /dev "$dir/dev"
		mount -t tmpfs tmpfs "$dir/dev/shm"
		exec chroot "$dir" env -i "$@" \
		    sh -euc "cd /watchword; $commands"
	' sh "$1" "$2" "${environment[@]}"
}
