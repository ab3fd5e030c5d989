#!/bin/sh
# Machines by virsh: virsh.sh ACTION MACHINE HOST [TO | BUNDLE]. Done twice each
# action is as good as once, and its status is that of an agent: 0 done, 7 it
# does not run, 1 it failed.
set -u
IMAGES=/srv/images
uri() { echo "qemu+ssh://root@$1/system"; }
grace=30 # seconds to shut down

here=$(uri "$3")
on() { virsh -q -c "$here" "$@"; }

# Prints running, shut off, ...; none where the host has no such machine; fails
# where the host does not answer.
state() {
	all=$(on list --all --name) || return
	echo "$all" | grep -qxF "$1" || { echo none; return; }
	LC_ALL=C on domstate "$1" | head -n 1
}

stop() {
	on shutdown "$1"
	while [ $grace -gt 0 ]; do
		now=$(state "$1") || return
		case $now in 'shut off' | none) return ;; esac
		grace=$((grace - 1))
		sleep 1
	done
	echo "$1 does not shut down: its power is taken" >&2
	on destroy "$1"
}

case $1 in
ready)
	test -r "$IMAGES/$2.$4.qcow2"
	exit ;;
install)
	cp -sfT "$IMAGES/$2.$4.qcow2" "$IMAGES/$2.qcow2"
	exit ;;
installed)
	test "$IMAGES/$2.$4.qcow2" -ef "$IMAGES/$2.qcow2"
	exit ;;
esac
now=$(state "$2") || exit 1
case $1:$now in
start:running | stop:none | stop:'shut off') ;;
start:'shut off') on start "$2" ;;
stop:*) stop "$2" ;;
migrate:running)
	on migrate --live --persistent --undefinesource "$2" "$(uri "$4")" ;;
monitor:running | stopped:none | stopped:'shut off') ;;
monitor:none | monitor:'shut off' | stopped:running) exit 7 ;;
*)
	echo "cannot $1 $2 on $3, where it is: $now" >&2
	exit 1 ;;
esac
