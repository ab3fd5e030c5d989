"""X7: the story that users begin with, examples/08-libvirt, as it is: its models,
its policy, its scripts and the commands of its README. Only how a host is
reached is ours, and the packages and images."""
import os
import shutil
import subprocess

from site_of import HOME, VMS, Site
from tools import HERE, check, do

EXAMPLES = os.path.join(HERE, '..', '..', 'examples')
HOSTS = {'host1': 'a', 'host2': 'b'}
POSTINST = '''#!/bin/sh
[ %s = 1 ] || [ ! -e "$DPKG_ROOT/refuse" ] || { echo "no room for a new kernel"; exit 1; }
'''
PLACES = '''PACKAGES=%(folder)s/packages
IMAGES=%(folder)s/disks
folder() {
	case $1 in host1) echo %(folder)s/a ;; host2) echo %(folder)s/b ;; esac
}
on() {
	dir=$(folder "$1")
	shift
	if [ "$1" = dpkg ]; then
		shift
		set -- dpkg --root="$dir/root" --force-script-chrootless \\
		    --log=/dev/null "$@"
	fi
	sh "$dir/host.sh" enter "$@"
}
restart() {
	sh "$(folder "$1")/host.sh" off
	setsid sh "$(folder "$1")/host.sh" on
}
'''


class Story(Site):
    EXAMPLE = '08-libvirt'
    FILES = ('source.yaml', 'target.yaml', 'policy.yaml', 'host.sh',
             'image.sh')

    def __init__(self, bed):
        self.bed, self.upgrade, self.shape = bed, (), None
        self.host_of = {'a': bed.a, 'b': bed.b}
        for name in self.FILES:
            with open(os.path.join(EXAMPLES, self.EXAMPLE, name)) as f:
                self.write(name, self.adapted(f.read()))
        self.write('site.sh', PLACES % {'folder': bed.folder})
        for name in ('host.sh', 'image.sh'):
            if name not in self.FILES:
                with open(os.path.join(EXAMPLES, '08-libvirt', name)) as f:
                    self.write(name, f.read())
        self.packages()
        self.images()

    def adapted(self, text):
        """A file of the example, for this site."""
        for host, ours in HOSTS.items():
            text = text.replace('qemu+ssh://root@%s/system' % host,
                                self.host_of[ours].uri)
        # Nobody shares these disks but for the test.
        return text.replace('{grace: 30s}', '{grace: 10s, unsafe: true}')

    def packages(self):
        os.mkdir(self.bed.path('packages'))
        for v in '12':
            top = 'packages/hypervisor_%s' % v
            os.makedirs(self.bed.path(top, 'DEBIAN'))
            self.write(top + '/DEBIAN/control', '''Package: hypervisor
Version: %s
Architecture: all
Maintainer: nobody <nobody@localhost>
Description: what a host is upgraded to
''' % v)
            self.write(top + '/DEBIAN/postinst', POSTINST % v)
            os.chmod(self.bed.path(top, 'DEBIAN', 'postinst'), 0o755)
            do('dpkg-deb', '--root-owner-group', '-b', self.bed.path(top),
               self.bed.path(top + '.deb'))
        for ours in HOSTS.values():
            for d in ('info', 'updates', 'triggers'):
                os.makedirs(self.bed.path(ours, 'root/var/lib/dpkg', d))
            self.write(ours + '/root/var/lib/dpkg/status', '')
        for host in HOSTS:
            self.shell('host.sh', 'install', host, 'hypervisor_1')

    def images(self):
        for v in (1, 2):
            shutil.copy(self.bed.image(VERSION=v),
                        self.bed.path('disks', 'guest_%d.qcow2' % v))
        for name in VMS:
            self.shell('image.sh', 'install', name, 'guest_1')
        self.start({name: None for name in VMS})

    def start(self, images):
        for i, name in enumerate(VMS):
            host = self.host_of[HOME[name]]
            host.virsh('define', self.bed.domain(
                name, i, None, disk=self.bed.path('disks', name + '.qcow2')))
            host.virsh('start', name)
        for name in VMS:
            self.serial(name).beats()

    def shell(self, *words, status=0):
        return self.command(['/bin/sh', *words], status)

    def command(self, words, status=0):
        """In the folder of the story; what it said."""
        r = subprocess.run(words, cwd=self.bed.folder, capture_output=True,
                           text=True, stdin=subprocess.DEVNULL, timeout=120)
        check(r.returncode == status, '%s: status %d, not %d\n%s' % (
            ' '.join(words), r.returncode, status, r.stderr[-2000:]))
        return r.stdout + r.stderr

    def readme(self, begins, status=0):
        """The one command of the README that begins like that."""
        with open(os.path.join(EXAMPLES, self.EXAMPLE, 'README.md')) as f:
            found = [x.strip() for x in f if x.startswith('    ' + begins)]
        check(len(found) == 1, 'the README has %d commands %s' % (
            len(found), begins))
        words = found[0].split()
        return self.command(self.args(words[0], *words[1:]), status)

    def prepare(self):
        self.readme('campgen')
        check('2 hosts restarted' in self.read('plan.txt'), 'no such plan')
        self.readme('camprun prove')

    def is_at(self, host, machine):
        """The versions of hosts, and of those machines that change."""
        self.runs_once()
        for name in VMS:
            self.counting(name, machine if name in ('vm1', 'vm2') else 1)
        for name in HOSTS:
            self.shell('host.sh', 'installed', name, 'hypervisor_%d' % host)
        self.never_stopped('vm3', 'vm4')

    def package_is_refused(self, run):
        """That of host2; the run stops there."""
        self.write('b/root/refuse', '')
        said = self.readme(run, 4)
        check('post-installation script' in said, said)
        check('SUSPENDED_BY_ERROR_DETECTED' in self.readme('camprun status'),
              'status does not tell')
        self.runs_once()
        self.counting('vm1', 2)
        self.counting('vm2', 1)

    def is_upgraded(self):
        self.is_at(2, 2)
        boots = self.serial('vm1').last()[1]
        check(boots == 1, 'the new image was booted %d times' % boots)

    def is_back(self):
        self.is_at(1, 1)
        boots = self.serial('vm1').last()[1]
        check(boots == 2, 'the old disk did not come back: boot %d' % boots)


def case_example_upgraded_and_back(bed):
    story = Story(bed)
    story.prepare()
    story.is_at(1, 1)
    story.readme('camprun run')
    check('COMPLETED' in story.readme('camprun status'), 'status is silent')
    story.is_upgraded()
    story.readme('camprun rollback')
    story.is_back()


def case_example_image_is_not_there(bed):
    story = Story(bed)
    story.prepare()
    os.remove(bed.path('disks', 'guest_2.qcow2'))
    os.remove(bed.path('packages', 'hypervisor_2.deb'))
    said = story.readme('camprun run', 1)
    for name, what in (('vm1', 'guest_2'), ('vm2', 'guest_2'),
                       ('host1', 'hypervisor_2'), ('host2', 'hypervisor_2')):
        check('"safEE=%s,safDomain=site" is not ready for offline-install of '
              '"safSmfBundle=%s"' % (name, what) in said, said)
    story.is_at(1, 1)
    story.never_stopped(*VMS)


def case_example_package_refuses(bed):
    story = Story(bed)
    story.prepare()
    story.package_is_refused('camprun run')
    story.shell('host.sh', 'installed', 'host1', 'hypervisor_2')
    story.shell('host.sh', 'installed', 'host2', 'hypervisor_1')
    story.never_stopped('vm3', 'vm4')
    os.remove(bed.path('b/root/refuse'))
    story.readme('camprun resume')
    story.is_at(2, 2)
