# SPDX-License-Identifier: BSD-3-Clause
# Completion for rtwatchctl. Options and commands come from its own --help, so
# that they cannot differ from it.

_rtwatchctl_commands() {
	"$1" --help 2>/dev/null | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_rtwatchctl_options() {
	local program=$1
	shift
	"$program" "$@" --help 2>/dev/null | grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+' |
		grep -oE -- '--[a-z-]+'
}

_rtwatchctl() {
	local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		-*) ;;
		*)
			command=$word
			break
			;;
		esac
	done

	case $command:$previous in
	knobs:knobs)
		if [[ $current != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W 'get set save restore' -- "$current")
			return
		fi
		;;
	knobs:save | knobs:restore | *:--root)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	samples:--sensor)
		mapfile -t COMPREPLY < <(compgen -W "$("$program" sensors 2>/dev/null |
			sed -n '2,$s/ .*//p')" -- "$current")
		return
		;;
	watch:--until)
		mapfile -t COMPREPLY < <(compgen -W 'begin end' -- "$current")
		return
		;;
	watch:--output)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	hog:--policy)
		mapfile -t COMPREPLY < <(compgen -W 'fifo rr deadline' -- "$current")
		return
		;;
	samples:--cpu | hog:--cpu | backtrace:backtrace)
		local cpus=(/sys/devices/system/cpu/cpu[0-9]*)
		mapfile -t COMPREPLY < <(compgen -W "${cpus[*]##*/cpu}" -- "$current")
		return
		;;
	esac

	case $command:$current in
	:-*) mapfile -t COMPREPLY < <(compgen -W "$(_rtwatchctl_options "$program")" -- "$current") ;;
	:*) mapfile -t COMPREPLY < <(compgen -W "$(_rtwatchctl_commands "$program")" -- "$current") ;;
	*:-*)
		mapfile -t COMPREPLY < <(compgen -W "$(_rtwatchctl_options "$program" "$command") --json --pretty --no-color" -- "$current")
		;;
	config:*)
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -S = -W "$("$program" config --help 2>/dev/null |
			sed -n '/^Names:/,$s/^  //p')" -- "$current")
		;;
	knobs:*)
		local suffix=()
		if [[ " ${COMP_WORDS[*]} " == *' set '* ]]; then
			suffix=(-S =)
			compopt -o nospace 2>/dev/null
		fi
		mapfile -t COMPREPLY < <(compgen "${suffix[@]}" -W "$("$program" -jp knobs 2>/dev/null |
			sed -n 's/^ *"name": "\(.*\)",$/\1/p')" -- "$current")
		;;
	explain:*) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	esac
}

complete -F _rtwatchctl rtwatchctl
