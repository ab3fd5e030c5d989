# What differs from site to site: where things are, and how a host is reached.
PACKAGES=/srv/packages # hypervisor_2.deb, as every host sees it
IMAGES=/srv/images # guest_2.qcow2 and the disks of the machines, on every host

# on HOST COMMAND...
on() {
	host=$1
	shift
	ssh -o BatchMode=yes -o ConnectTimeout=10 "root@$host" "$@"
}

# Waits until it is another boot that answers.
restart() {
	before=$(on "$1" cat /proc/sys/kernel/random/boot_id)
	on "$1" systemctl reboot
	until now=$(on "$1" cat /proc/sys/kernel/random/boot_id) &&
	    [ "$now" != "$before" ]; do
		sleep 2
	done
}
