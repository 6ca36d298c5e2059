# Build folders, one for each way to compile.

JOBS=$(nproc)

cmd_build() {
	setup build
	build gcc
	[ ! -x build/watchword ] || echo build/watchword
}

# folder_of KIND
folder_of() {
	case $1 in
	gcc) echo build ;;
	*) echo "build-$1" ;;
	esac
}

# options_of KIND: the options that set this kind apart.
options_of() {
	case $1 in
	gcc|clang) ;;
	asan) echo -Db_sanitize=address,undefined -Db_lundef=false ;;
	tsan) echo -Db_sanitize=thread -Db_lundef=false ;;
	cover) echo -Db_coverage=true -Doptimization=0 ;;
	fuzz) echo -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true ;;
	esac
}

compiler_of() {
	case $1 in
	gcc|cover) echo gcc ;;
	*) echo clang ;;
	esac
}

# build KIND: set up its folder where needed, and build all.  Quiet unless
# something is wrong.
build() {
	local folder
	folder=$(folder_of "$1")
	mkdir -p "$folder"
	configure "$1" "$folder" >"$folder/setup.log" 2>&1 ||
	    { cat "$folder/setup.log" >&2; return 1; }
	ninja --quiet -C "$folder" -j"$JOBS" >"$folder/build.log" 2>&1 ||
	    { cat "$folder/build.log" >&2; return 1; }
}

# configure KIND FOLDER: anew too when a meson.build has come or gone, which
# ninja cannot see where a folder is optional.
configure() {
	local again=()
	[ ! -f "$2/build.ninja" ] || again=(--reconfigure)
	find src tests -name meson.build | sort >"$2/folders.new"
	if [ ${#again[@]} -gt 0 ] && cmp -s "$2/folders" "$2/folders.new"; then
		return 0
	fi
	# shellcheck disable=SC2046 # the options are words
	CC=$(compiler_of "$1") meson setup "$2" "${again[@]}" $(options_of "$1") &&
	    mv "$2/folders.new" "$2/folders"
}
