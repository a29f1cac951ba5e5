# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh assigns
#
# An apt of our own beside the machine's: any Debian suite, nothing installed,
# no root. It borrows the machine's mirrors, proxies and keyring.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Mirrors known to the machine, as "main URI" and "security URI".
known_mirrors() {
	# shellcheck disable=SC2016 # apt's placeholders
	apt-get indextargets --format '$(RELEASE) $(REPO_URI) $(LABEL)' \
		'Identifier: Packages' 2>/dev/null |
		awk '$3 == "Debian-Security" || $1 ~ /-security$/ { print "security", $2; next }
		     $3 == "Debian" || $2 ~ /\/debian\/?$/ { print "main", $2 }' |
		sort -u
}

mirror_of_suite() {
	local kind=main mirror=${RTWATCH_MIRROR:-}

	if [[ $1 == *-security ]]; then
		kind=security
		mirror=${RTWATCH_SECURITY_MIRROR:-}
	fi
	if [[ -z $mirror ]]; then
		mirror=$(known_mirrors | awk -v kind=$kind '$1 == kind { print $2; exit }')
	fi
	[[ $mirror ]] || die "apt knows no Debian mirror ($kind): set RTWATCH_MIRROR" \
		"and RTWATCH_SECURITY_MIRROR to the addresses of one"
	echo "$mirror"
}

# replace FILE: by what comes in. Somebody else may be reading it: see apt_update().
replace() {
	cat >"$1.$$"
	mv "$1.$$" "$1"
}

# apt_setup SUITE [ARCHITECTURE]: writes the configuration of the private apt for
# that suite. Packages of amd64 can be had beside those of another architecture.
apt_setup() {
	local arch=${2:-amd64}

	apt_dir=$cache_dir/apt/$1
	[[ $arch == amd64 ]] || apt_dir+=-$arch
	apt_suite=$1

	need_programs apt-get apt-cache dpkg-deb
	[[ -e $debian_keyring ]] ||
		die "no $debian_keyring: run selftests/install-packages vm"
	mkdir -p "$apt_dir"/{lists/partial,archives/partial,parts}
	[[ -e $apt_dir/status ]] || : >"$apt_dir/status"
	replace "$apt_dir/sources.list" <<-END
		deb [arch=amd64,$arch signed-by=$debian_keyring] $(mirror_of_suite "$1") $1 main
	END
	# The machine's hooks are for its own state. Files in a user's cache are
	# out of reach of the user that apt drops its rights to.
	replace "$apt_dir/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; "amd64"; };
		APT::Sandbox::User "$(id -un)";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Dir::State "$apt_dir";
		Dir::State::lists "lists";
		Dir::State::status "$apt_dir/status";
		Dir::Cache "$apt_dir";
		Dir::Etc::sourcelist "$apt_dir/sources.list";
		Dir::Etc::sourceparts "$apt_dir/parts";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "$apt_dir/parts";
	END
}

private_apt() {
	local tool=$1

	shift
	"$tool" -c "$apt_dir/apt.conf" "$@"
}

# Kernels are fetched and built side by side, each under a lock of its own, but the
# lists are of the suite.
apt_update() {
	exec 8>"$apt_dir/lock"
	flock 8
	say "reading the package lists of $apt_suite"
	private_apt apt-get -qq -o APT::Update::Error-Mode=any update >&2 8>&- ||
		die "no package lists of $apt_suite: check the network, and that" \
			"'apt-get update' works; if the disk is full, make room in $cache_dir"
	: >"$apt_dir/updated"
	exec 8>&-
}

# A day old at most: mirrors drop packages that older lists name.
apt_lists_are_fresh() {
	[[ -n $(find "$apt_dir/updated" -mmin -1440 2>/dev/null) ]]
}

# Newest first.
apt_packages_matching() {
	private_apt apt-cache pkgnames linux- | grep -Ex "$1" | sort -Vr
}

apt_version() {
	private_apt apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -n 's/^Version: //p'
}

# apt_depends PACKAGE REGEX: those of its dependencies whose names match.
apt_depends() {
	private_apt apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -n 's/^Depends: //p' | sed 's/[,|]/\n/g' |
		sed 's/^ *//; s/[ :(].*//' | grep -Ex "$2" || true
}

# apt_download DIR PACKAGE...: apt checks the hashes, which the keyring vouches
# for.
apt_download() {
	local dir=$1

	shift
	(cd "$dir" && private_apt apt-get -qq download "$@" >&2)
}
