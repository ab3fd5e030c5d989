"""A host: namespaces with a libvirtd of its own, and power that can be cut. It is
ended by its first process, which takes all it runs with it."""
import os
import shutil
import subprocess

from tools import LIMIT, do, wait_until

LIBVIRTD = '''host_uuid = "%(uuid)s"
auth_unix_rw = "none"
auth_unix_ro = "none"
listen_tls = 0
listen_tcp = 1
auth_tcp = "none"
listen_addr = "%(ip)s"
log_outputs = "3:file:%(folder)s/log/libvirtd.log"
'''
QEMU = '''user = "root"
group = "root"
security_driver = "none"
dynamic_ownership = 0
remember_owner = 0
cgroup_controllers = [ ]
namespaces = [ ]
stdio_handler = "file"
migration_address = "%(ip)s"
migration_host = "%(ip)s"
'''
# The first process of a host: it reaps what its children leave behind.
INIT = '''hostname %(name)s
mount --bind %(folder)s/hosts /etc/hosts
for d in run:/run/libvirt lib:/var/lib/libvirt etc:/etc/libvirt \\
    log:/var/log/libvirt cache:/var/cache/libvirt; do
	mkdir -p ${d#*:} && mount --bind %(folder)s/${d%%%%:*} ${d#*:}
done
libvirtd --listen -p %(folder)s/libvirtd.pid &
while :; do sleep 3600 & wait $!; done
'''
# host.sh on|off|enter PROGRAM...: its power, or a program within it.
POWER = '''cd %(folder)s || exit 1
export CG_BED=%(bed)s
case $1 in
on)	rm -rf run && mkdir run || exit 1
	setsid ip netns exec %(net)s unshare -m -u -p -f --kill-child=KILL \\
	    --mount-proc --propagation private bash init >>log/init 2>&1 \\
	    </dev/null &
	echo $! >init.pid
	n=0
	until [ -S run/libvirt-sock ] &&
	    virsh -c '%(uri)s' version >/dev/null 2>&1; do
		n=$((n + 1)) && [ $n -lt 200 ] || exit 1
		sleep 0.05
	done ;;
off)	pid=$(cat init.pid) && rm init.pid || exit 0
	kill -9 $pid
	while [ -e run/libvirt-sock ] && virsh -c '%(uri)s' version \\
	    >/dev/null 2>&1; do sleep 0.1; done ;;
enter)	shift
	read -r first rest </proc/$(cat init.pid)/task/$(cat init.pid)/children
	exec nsenter -t $first -a "$@" ;;
esac
'''


class Host:
    def __init__(self, bed, name, number):
        self.bed, self.name = bed, name
        self.net = 'cg%d%s' % (os.getpid(), name)
        self.ip = '10.77.0.%d' % number
        self.folder = bed.path(name)
        self.uuid = '7c1f2a90-0000-4000-8000-%012d' % number
        self.uri = 'qemu+unix:///system?socket=%s/run/libvirt-sock' % self.folder

    def names(self):
        return {'name': self.name, 'ip': self.ip, 'folder': self.folder,
                'uuid': self.uuid, 'net': self.net, 'uri': self.uri,
                'bed': self.bed.folder}

    def prepare(self):
        for d in ('run', 'lib/qemu', 'etc', 'log', 'cache'):
            os.makedirs(os.path.join(self.folder, d), exist_ok=True)
        hosts = '127.0.0.1 localhost\n' + ''.join(
            '%s %s host%d\n' % (h.ip, h.name, i + 1)
            for i, h in enumerate(self.bed.hosts))
        for name, text in (('hosts', hosts), ('etc/libvirt.conf', ''),
                           ('etc/libvirtd.conf', LIBVIRTD % self.names()),
                           ('etc/qemu.conf', QEMU % self.names()),
                           ('init', INIT % self.names()),
                           ('host.sh', POWER % self.names())):
            with open(os.path.join(self.folder, name), 'w') as f:
                f.write(text)

    def clear(self):
        for name in os.listdir(self.folder) if self.is_made() else ():
            if name != 'cache':  # what libvirt knows of QEMU stays true
                path = os.path.join(self.folder, name)
                if os.path.isdir(path):
                    shutil.rmtree(path)
                else:
                    os.unlink(path)

    def is_made(self):
        return os.path.isdir(self.folder)

    def sh(self, *words):
        return ['sh', os.path.join(self.folder, 'host.sh'), *words]

    def power_on(self):
        do(*self.sh('on'))

    def wait_up(self):
        wait_until(lambda: subprocess.run(
            ['virsh', '-c', self.uri, 'version'], capture_output=True,
            stdin=subprocess.DEVNULL, timeout=LIMIT).returncode == 0,
            self.name + ' answers')

    def power_off(self):
        do(*self.sh('off'), status=None)

    def enter(self, *args):
        """What runs args within the host."""
        return self.sh('enter', *args)

    def stop_daemon(self):
        with open(os.path.join(self.folder, 'libvirtd.pid')) as f:
            pid = f.read().strip()
        do(*self.enter('kill', pid))
        wait_until(lambda: subprocess.run(
            self.enter('kill', '-0', pid), capture_output=True).returncode,
            'libvirtd ends')

    def start_daemon(self):
        do(*self.enter('libvirtd', '--listen', '-d', '-p',
                       os.path.join(self.folder, 'libvirtd.pid')))
        self.wait_up()

    def link(self, state):
        do('ip', '-n', self.net, 'link', 'set', 'eth0', state)

    def virsh(self, *args, status=0):
        return do('virsh', '-c', self.uri, *args, status=status)

    def running(self):
        return sorted(self.virsh('list', '--name').split())

    def defined(self):
        return sorted(self.virsh('list', '--all', '--name').split())
