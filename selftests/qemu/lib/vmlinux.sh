# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2154 # common.sh assigns
#
# The ELF image inside a vmlinuz. Booting it skips the decompressor, which an
# emulated processor takes seconds for.

# bytes_at FILE OFFSET COUNT: a little-endian unsigned number
bytes_at() {
	od -An -v -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# unpack_vmlinux VMLINUZ OUTPUT
#
# The setup header (x86 boot protocol 2.08 and later) says where the compressed
# kernel lies. All formats but gzip have its size appended, four bytes that
# their decompressors do not expect.
unpack_vmlinux() {
	local vmlinuz=$1 out=$2 offset length magic
	local -a decompress

	offset=$((($(bytes_at "$vmlinuz" $((0x1f1)) 1) + 1) * 512 +
		$(bytes_at "$vmlinuz" $((0x248)) 4)))
	length=$(bytes_at "$vmlinuz" $((0x24c)) 4)
	magic=$(od -An -v -t x1 -j "$offset" -N 4 "$vmlinuz" | tr -d ' ')
	case $magic in
	1f8b*) decompress=(gzip -dc) ;;
	fd377a58) decompress=(xz -dc) ;;
	28b52ffd) decompress=(zstd -dcq) ;;
	02214c18) decompress=(lz4 -dcq) ;;
	*) die "$vmlinuz: unknown compression (magic $magic)" ;;
	esac
	[[ $magic == 1f8b* ]] || length=$((length - 4))
	need_programs "${decompress[0]}"
	tail -c "+$((offset + 1))" "$vmlinuz" | head -c "$length" |
		"${decompress[@]}" >"$out" || true
	[[ $(od -An -t x1 -N 4 "$out" | tr -d ' ') == 7f454c46 ]] ||
		die "$vmlinuz: no ELF image came out of it"
}
