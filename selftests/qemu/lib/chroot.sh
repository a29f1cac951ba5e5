# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh and apt.sh assign
#
# A newer suite's compiler on this machine: its packages are unpacked in the
# cache and entered with chroot. Neither root nor an installation is needed,
# because nothing that these programs want is set up by maintainer scripts.

chroot_packages=(
	base-files dash bash coreutils sed grep mawk findutils diffutils gzip xz-utils
	perl-base libc6 make binutils gcc-14 libelf1t64 kmod pahole
)

# prepare_chroot SUITE: prints its folder
prepare_chroot() {
	local root=$cache_dir/chroots/$1

	if [[ ! -e $root ]]; then
		mkdir -p "$cache_dir/chroots"
		(
			exec 9>"$cache_dir/lock"
			flock 9
			if [[ ! -e $root ]]; then
				unpack_chroot "$1" "$root"
			fi
		)
	fi
	[[ -e $root ]] || exit 1
	echo "$root"
}

# The first package brings the links from /bin to /usr/bin, and so on, that all
# others rely on.
unpack_chroot() {
	local suite=$1 root=$2 temp deb

	# Whoever left these was killed: the lock is ours.
	rm -rf "$cache_dir"/chroots/.new.*
	temp=$(mktemp -d "$cache_dir/chroots/.new.XXXXXX")
	# shellcheck disable=SC2064 # now, while the variable is in sight
	trap "rm -rf '$temp'" EXIT
	apt_setup "$suite"
	apt_update
	say "downloading the compiler of $suite"
	private_apt apt-get -qq -y --no-install-recommends --download-only \
		install "${chroot_packages[@]}" >&2 ||
		die "the compiler of $suite cannot be downloaded: see above"
	mkdir "$temp/tree"
	for deb in "$apt_dir"/archives/base-files_*.deb "$apt_dir"/archives/*.deb; do
		dpkg-deb -x "$deb" "$temp/tree" ||
			die "cannot unpack ${deb##*/}: is there room in $cache_dir?"
	done
	rm -f "$apt_dir"/archives/*.deb
	ln -sf mawk "$temp/tree/usr/bin/awk"
	mkdir -p "$temp/tree"/{proc,dev,tmp}
	mv -T "$temp/tree" "$root"
}

# in_chroot ROOT FOLDERS COMMAND...: the folders, separated by colons, are seen
# inside under their own names. The mounts vanish with the process.
in_chroot() {
	local root=$1 folders=$2
	local -a namespace=(unshare --mount)

	shift 2
	if [[ $EUID -ne 0 ]]; then
		namespace+=(--user --map-root-user)
	fi
	# shellcheck disable=SC2016 # for the inner shell
	"${namespace[@]}" bash -euc '
		root=$1 folders=$2
		shift 2
		IFS=:
		for folder in $folders; do
			mkdir -p "$root$folder"
			mount --rbind "$folder" "$root$folder"
		done
		unset IFS
		exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin LC_ALL=C "$@"
	' in_chroot "$root" "/proc:/dev:$folders" "$@"
}
