# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh assigns
#
# The guest's file system: cpio archives one after the other. The kernel lets a
# later one add to an earlier one.

guest_libraries=lib/x86_64-linux-gnu

# pack TREE: its archive on standard output. A kernel finds the next archive
# after any number of zero bytes, on a multiple of four: cpio pads to 512.
pack() {
	(cd "$1" && find . -mindepth 1 -print0 | LC_ALL=C sort -z |
		cpio --quiet -0 -o -H newc -R 0:0)
}

base_is_current() {
	local input

	[[ -e $1 ]] || return 1
	for input in "$qemu_dir"/guest/* "$qemu_dir/lib/initramfs.sh" "$busybox"; do
		[[ $input -ot $1 ]] || return 1
	done
}

# base_archive TREE: prints the file with what all runs have in common; TREE is
# for its making. Two runs may do so at once: the last rename wins, both are right.
base_archive() {
	local archive=$build_dir/qemu/base.cpio tree=$1 applet

	busybox=$(command -v busybox) || die "no busybox: run selftests/install-packages vm"
	if ! base_is_current "$archive"; then
		need_programs cpio gcc
		mkdir -p "$build_dir/qemu"
		mkdir -p "$tree"/{dev,proc,sys,tmp,run,etc,lab,lib64,"$guest_libraries"} \
			"$tree"/{bin,sbin,usr/bin,usr/sbin,var}
		cp "$busybox" "$tree/bin/busybox"
		while read -r applet; do
			[[ -e $tree/$applet ]] || ln -s /bin/busybox "$tree/$applet"
		done < <("$busybox" --list-full)
		ln -sf /run "$tree/var/run"
		ln -sf /tmp "$tree/var/tmp"
		cp "$qemu_dir/guest/init" "$tree/init"
		# busybox as Debian builds it cannot set real-time priorities.
		add_files "$tree" "$(command -v chrt)" /usr/bin/chrt
		gcc -O2 -Wall -Wextra -static -o "$tree/lab/launch" "$qemu_dir/guest/launch.c" ||
			die "the guest's launcher does not compile"
		cat >"$tree/etc/passwd" <<-END
			root:x:0:0:root:/:/bin/sh
			nobody:x:65534:65534:nobody:/:/bin/sh
		END
		cat >"$tree/etc/group" <<-END
			root:x:0:
			nogroup:x:65534:
		END
		echo "127.0.0.1 localhost rtwatch" >"$tree/etc/hosts"
		pack "$tree" >"$archive.$$"
		mv "$archive.$$" "$archive"
	fi
	echo "$archive"
}

is_elf() {
	[[ -f $1 && $(head -c 4 "$1" | od -An -t x1 | tr -d ' ') == 7f454c46 ]]
}

# add_libraries TREE FILE...: all that the loader would load for them, in the
# folder where it looks whatever path was compiled in.
add_libraries() {
	local tree=$1 library

	shift
	mkdir -p "$tree/$guest_libraries" "$tree/lib64"
	while read -r library; do
		case $library in
		*/ld-linux-x86-64.so.2) cp -nL "$library" "$tree/lib64/" ;;
		*) cp -nL "$library" "$tree/$guest_libraries/" ;;
		esac
	done < <(ldd "$@" 2>/dev/null | grep -oE '(=> |^[[:space:]])/[^ ]+' |
		grep -oE '/.*' | sort -u)
}

# add_files TREE HOSTPATH GUESTPATH: a folder's content goes into GUESTPATH.
add_files() {
	local tree=$1 from=$2 to=$1/${3#/} file
	local -a programs=()

	mkdir -p "${to%/*}"
	if [[ -d $from ]]; then
		mkdir -p "$to"
		cp -rL "$from/." "$to/"
	else
		cp -L "$from" "$to"
	fi
	while IFS= read -r -d '' file; do
		if is_elf "$file"; then
			programs+=("$file")
		fi
	done < <(find "$from" -follow -type f \( -perm /111 -o -name '*.so*' \) -print0)
	if [[ ${#programs[@]} -gt 0 ]]; then
		add_libraries "$tree" "${programs[@]}"
	fi
}
