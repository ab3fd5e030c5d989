"""Two real hosts on one machine, joined by a link: each is a set of namespaces
with a libvirtd of its own (see host.py). Guests are real QEMU machines without
acceleration, and what they say is the only witness (see witness.py).

A bed serves one case after the other; before each everything but the images is
made anew. It is one folder, and whoever finds a bed whose owner is gone can
remove all of it: its processes are known by their environment.
"""
import json
import os
import shutil
import signal
import subprocess
import tempfile

from host import Host
from tools import HERE, do
from witness import Serial

MARK = 'CG_BED'  # in the environment of all that a bed starts
PREFIX = 'cg-real-'
SHAPE = "<memory unit='MiB'>16</memory>"
DOMAIN = '''<domain type='qemu'>
  <name>%(name)s</name>
  <uuid>5e9c1d4a-0000-4000-8000-%(uuid)012d</uuid>
  %(shape)s
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


def born(pid):
    """When a process began; None: there is none."""
    try:
        with open('/proc/%d/stat' % pid) as f:
            text = f.read()
    except OSError:
        return None
    fields = text.rsplit(')', 1)[1].split()
    return None if fields[0] in 'ZX' else fields[19]


def marked(folder):
    """The processes that a bed has started, but this one."""
    mark = ('%s=%s' % (MARK, folder)).encode()
    for name in os.listdir('/proc'):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open('/proc/%s/environ' % name, 'rb') as f:
                if mark in f.read().split(b'\0'):
                    yield int(name)
        except OSError:
            pass


def end_all(folder):
    """Ends them; hosts end with their first process."""
    while True:
        found = [p for p in marked(folder) if born(p)]
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()


def reap():
    """What was orphaned below us is ours to bury."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def remove(folder, nets):
    end_all(folder)
    for net in nets:
        do('ip', 'netns', 'del', net, status=None)
    do('umount', '-l', os.path.join(folder, 'disks'), status=None)
    shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers():
    """Beds whose owner was killed."""
    top = tempfile.gettempdir()
    for name in sorted(os.listdir(top)):
        if not name.startswith(PREFIX):
            continue
        folder = os.path.realpath(os.path.join(top, name))
        try:
            with open(os.path.join(folder, 'owner')) as f:
                owner = json.load(f)
        except (OSError, ValueError):
            continue  # just being made, or not a bed
        if born(owner['pid']) != owner['born']:
            remove(folder, owner['nets'])


class Bed:
    """with Bed() as bed: two hosts, bed.a and bed.b, with power from
    bed.make() on."""

    def __init__(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix=PREFIX))
        self.hosts = []
        self.a, self.b = (Host(self, n, i + 1) for i, n in enumerate('ab'))
        self.hosts = [self.a, self.b]

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def __enter__(self):
        os.environ[MARK] = self.folder
        nets = [h.net for h in self.hosts]
        try:
            with open(self.path('owner.new'), 'w') as f:
                json.dump({'pid': os.getpid(), 'born': born(os.getpid()),
                           'nets': nets}, f)
            os.rename(self.path('owner.new'), self.path('owner'))
            for name in ('disks', 'images'):
                os.mkdir(self.path(name))
            do('mount', '-t', 'tmpfs', '-o', 'size=8m', 'none',
               self.path('disks'))
            for net in nets:
                do('ip', 'netns', 'add', net)
            do('ip', '-n', nets[0], 'link', 'add', 'eth0', 'type', 'veth',
               'peer', 'name', 'eth0', 'netns', nets[1])
            for h in self.hosts:
                do('ip', '-n', h.net, 'addr', 'add', h.ip + '/24', 'dev',
                   'eth0')
                do('ip', '-n', h.net, 'link', 'set', 'lo', 'up')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sig, signal.SIG_IGN)  # to the end
        remove(self.folder, [h.net for h in self.hosts])

    def make(self):
        """Two new hosts; nothing is left of earlier ones."""
        self.unmake()
        for h in self.hosts:
            h.prepare()
            h.link('up')
        starting = [subprocess.Popen(h.sh('on')) for h in self.hosts]
        for h, p in zip(self.hosts, starting):
            if p.wait() != 0:
                h.wait_up()

    def unmake(self):
        end_all(self.folder)
        for name in os.listdir(self.folder):
            if name not in ('owner', 'images', 'disks', 'a', 'b'):
                clear(self.path(name))
        for name in os.listdir(self.path('disks')):
            clear(self.path('disks', name))
        for h in self.hosts:
            h.clear()

    def keep(self, where):
        """A copy of what there is to be looked at."""
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(self.folder, where, symlinks=True,
                        ignore_dangling_symlinks=True,
                        ignore=shutil.ignore_patterns(
                            'disks', 'images', 'run', 'cache', 'lib',
                            '*.qcow2', '*.sock'))

    def image(self, **options):
        """A disk with the guest, to be copied."""
        name = '-'.join('%s%d' % o for o in sorted(options.items()))
        raw, path = (self.path('images', name + e) for e in ('.raw', '.qcow2'))
        if os.path.exists(path):
            return path
        do('nasm', '-f', 'bin', '-o', raw,
           *('-D%s=%d' % o for o in options.items()),
           os.path.join(HERE, 'guest.asm'))
        os.truncate(raw, 1 << 20)
        do('qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', raw, path)
        os.unlink(raw)
        return path

    def domain(self, name, number, image, shape=SHAPE, disk=None):
        """The path of the description of a guest with a copy of the image,
        or with the disk."""
        if disk is None:
            disk = self.path('disks', name)
            shutil.copy(image, disk)
        with open(self.path(name + '.xml'), 'w') as f:
            f.write(DOMAIN % {'name': name, 'uuid': number, 'disk': disk,
                              'shape': shape, 'serial': self.path(name + '.serial')})
        return self.path(name + '.xml')

    def serial(self, name):
        return Serial(self.path(name + '.serial'))


def clear(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)
