"""Two real hosts on one machine: each is a set of namespaces with a libvirtd of
its own, joined by a link. Guests are real QEMU machines without acceleration;
what they say on their serial ports is the only witness (see guest.asm).

A host is ended by its first process, which takes all it runs with it, as a
power cut does. Everything is below one folder and is gone afterwards.
"""
import os
import re
import shutil
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 30  # seconds, for what should take one
NEEDED = {'qemu-system-x86_64': 'qemu-system-x86', 'qemu-img': 'qemu-utils',
          'libvirtd': 'libvirt-daemon', 'virsh': 'libvirt-clients',
          'nasm': 'nasm', 'ip': 'iproute2', 'unshare': 'util-linux',
          'nsenter': 'util-linux'}

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
case $1 in
on)	rm -rf run && mkdir run || exit 1
	setsid ip netns exec %(net)s unshare -m -u -p -f --kill-child=KILL \\
	    --mount-proc --propagation private bash init >>log/init 2>&1 \\
	    </dev/null &
	echo $! >init.pid
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		virsh -c '%(uri)s' version >/dev/null 2>&1 && exit
		sleep 0.5
	done
	exit 1 ;;
off)	pid=$(cat init.pid) && rm init.pid || exit 0
	kill -9 $pid
	while [ -e run/libvirt-sock ] && virsh -c '%(uri)s' version \\
	    >/dev/null 2>&1; do sleep 0.1; done ;;
enter)	shift
	read -r first rest </proc/$(cat init.pid)/task/$(cat init.pid)/children
	exec nsenter -t $first -a "$@" ;;
esac
'''
DOMAIN = '''<domain type='qemu'>
  <name>%(name)s</name>
  <uuid>5e9c1d4a-0000-4000-8000-%(uuid)012d</uuid>
  <memory unit='MiB'>16</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none'/>
      <source file='%(disk)s'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' model='none'/>
    <serial type='file'><source path='%(serial)s' append='on'/></serial>
    <memballoon model='none'/>
  </devices>
</domain>
'''
LINE = re.compile(r'v(\d) b([0-9a-f]{4}) c([0-9a-f]{8})')


class Failure(Exception):
    pass


def check(so, what):
    if not so:
        raise Failure(what)


def wait_until(so, what, limit=LIMIT):
    end = time.monotonic() + limit
    while not so():
        check(time.monotonic() < end, 'never: ' + what)
        time.sleep(0.02)


def do(*args, status=0, limit=LIMIT):
    """Runs a program; what it said. status None: any will do."""
    r = subprocess.run(args, capture_output=True, text=True, timeout=limit,
                       stdin=subprocess.DEVNULL)
    check(status is None or r.returncode == status, '%s: status %d\n%s%s' % (
        ' '.join(args), r.returncode, r.stdout[-1000:], r.stderr[-2000:]))
    return r.stdout


def missing():
    """Why there can be no bed here; None: there can."""
    lacks = sorted({NEEDED[p] for p in NEEDED if not shutil.which(p)})
    if lacks:
        return 'not installed: ' + ' '.join(lacks)
    if os.geteuid() != 0:
        return 'only root may make network namespaces'
    r = subprocess.run(['unshare', '-m', '-n', '-u', '-p', '-f', 'true'],
                       capture_output=True, text=True)
    return None if r.returncode == 0 else 'no namespaces: ' + r.stderr.strip()


class Host:
    def __init__(self, bed, name, number):
        self.bed, self.name = bed, name
        self.net = 'cg%d%s' % (os.getpid(), name)
        self.ip = '10.77.0.%d' % number
        self.folder = bed.path(name)
        self.uuid = '7c1f2a90-0000-4000-8000-%012d' % number
        self.uri = 'qemu:///system?socket=%s/run/libvirt-sock' % self.folder

    def names(self):
        return {'name': self.name, 'ip': self.ip, 'folder': self.folder,
                'uuid': self.uuid, 'net': self.net, 'uri': self.uri}

    def prepare(self):
        for d in ('run', 'lib/qemu', 'etc', 'log', 'cache'):
            os.makedirs(os.path.join(self.folder, d), exist_ok=True)
        hosts = '127.0.0.1 localhost\n' + ''.join(
            '%s %s\n' % (h.ip, h.name) for h in self.bed.hosts)
        for name, text in (('hosts', hosts), ('etc/libvirt.conf', ''),
                           ('etc/libvirtd.conf', LIBVIRTD % self.names()),
                           ('etc/qemu.conf', QEMU % self.names()),
                           ('init', INIT % self.names()),
                           ('host.sh', POWER % self.names())):
            with open(os.path.join(self.folder, name), 'w') as f:
                f.write(text)

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


class Bed:
    """with Bed() as bed: two hosts, bed.a and bed.b, with power."""

    def __init__(self, keep=False):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix='cg-real-'))
        self.hosts = []
        self.a, self.b = (Host(self, n, i + 1) for i, n in enumerate('ab'))
        self.hosts = [self.a, self.b]
        self.keep = keep

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def __enter__(self):
        try:
            for h in self.hosts:
                h.prepare()
                do('ip', 'netns', 'add', h.net)
            do('ip', '-n', self.a.net, 'link', 'add', 'eth0', 'type', 'veth',
               'peer', 'name', 'eth0', 'netns', self.b.net)
            for h in self.hosts:
                do('ip', '-n', h.net, 'addr', 'add', h.ip + '/24', 'dev',
                   'eth0')
                do('ip', '-n', h.net, 'link', 'set', 'lo', 'up')
                h.link('up')
            for h in self.hosts:
                h.power_on()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for h in self.hosts:
            if os.path.exists(os.path.join(h.folder, 'host.sh')):
                h.power_off()
        for h in self.hosts:
            do('ip', 'netns', 'del', h.net, status=None)
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def image(self, name, **options):
        """A disk with the guest, as bed.folder/NAME.qcow2."""
        raw = self.path(name + '.raw')
        do('nasm', '-f', 'bin', '-o', raw,
           *('-D%s=%d' % o for o in options.items()),
           os.path.join(HERE, 'guest.asm'))
        os.truncate(raw, 1 << 20)
        do('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw,
           self.path(name + '.qcow2'))
        return self.path(name + '.qcow2')

    def domain(self, name, number, image):
        """The description of a guest with a copy of the image; its path."""
        disk = self.path(name + '.disk')
        shutil.copy(image, disk)
        with open(self.path(name + '.xml'), 'w') as f:
            f.write(DOMAIN % {'name': name, 'uuid': number, 'disk': disk,
                              'serial': self.path(name + '.serial')})
        return self.path(name + '.xml')

    def serial(self, name):
        return Serial(self.path(name + '.serial'))


class Serial:
    """What a guest has said."""

    def __init__(self, path):
        self.path = path

    def lines(self):
        """(version, boots, count) of each whole line."""
        try:
            with open(self.path, errors='replace') as f:
                text = f.read()
        except FileNotFoundError:
            return []
        return [tuple(int(x, 16) for x in m) for m in LINE.findall(text)]

    def last(self):
        lines = self.lines()
        return lines[-1] if lines else (0, 0, 0)

    def beats(self, more=3):
        """Waits until it has counted on by so much."""
        n = len(self.lines())
        wait_until(lambda: len(self.lines()) >= n + more,
                   '%s counts on' % os.path.basename(self.path))

    def is_silent(self):
        n = len(self.lines())
        time.sleep(0.3)
        return len(self.lines()) == n

    def unbroken(self, version):
        """It was never stopped, set back, run twice or replaced."""
        lines = self.lines()
        name = os.path.basename(self.path)
        check(lines, name + ' never counted')
        for i, (v, boots, count) in enumerate(lines):
            check((v, boots, count) == (version, 1, i + 1),
                  '%s: line %d is v%d b%d c%d' % (name, i + 1, v, boots,
                                                  count))
