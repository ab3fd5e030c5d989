"""A guest with Linux and QEMU's own agent, as a kernel and an initial file
system: out of Debian's packages, which .ci/guest fetches and unpacks into the
folder that the variable CG_GUEST names, or into the user's cache."""
import glob
import os
import shutil
import stat
import subprocess

from tools import check

MODULES = ('virtio_ring', 'virtio', 'virtio_pci_modern_dev',
           'virtio_pci_legacy_dev', 'virtio_pci', 'virtio_console',
           'virtio_balloon')
LOADED = MODULES[:-1]
COMMANDS = ('sh', 'cat', 'uname', 'test', 'touch', 'rm', 'mount', 'insmod',
            'mkdir', 'ls', 'sleep', 'ln', 'rmmod')
INIT = '''#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for m in %s; do insmod /modules/$m.ko; done
mkdir -p /run /dev/virtio-ports
until [ -e /dev/vport1p1 ] || [ -e /dev/vport0p1 ] || [ -e /dev/vport2p1 ]
do sleep 0.1; done
for p in /dev/vport*p1; do ln -s $p /dev/virtio-ports/org.qemu.guest_agent.0
done
echo agent >/dev/ttyS0
while :; do qemu-ga; sleep 1; done
'''
DOMAIN = '''<domain type='qemu'>
  <name>vm1</name>
  <memory unit='MiB'>160</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type>
    <kernel>%(kernel)s</kernel><initrd>%(initrd)s</initrd>
    <cmdline>console=ttyS0 quiet panic=1</cmdline></os>
  <features><acpi/></features>
  <devices>
    <controller type='usb' model='none'/>
    <serial type='file'><source path='%(serial)s'/></serial>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <memballoon model='virtio'/>
  </devices>
</domain>
'''


def packages():
    """Where they are; None: nowhere."""
    folder = os.environ.get('CG_GUEST') or os.path.join(
        os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'),
        'campgen', 'guest')
    found = glob.glob(os.path.join(folder, 'boot', 'vmlinuz-*'))
    return folder if found else None


def missing():
    """Why there can be none; None: there can."""
    return None if packages() else \
        'what a Linux guest is made of was not fetched (sh .ci/guest)'


def libraries(program):
    out = subprocess.run(['ldd', program], capture_output=True,
                         text=True).stdout
    check('not found' not in out, 'this machine lacks libraries of %s:\n%s' % (
        program, out))
    for word in out.split():
        if word.startswith('/'):
            yield word


def module(folder, name):
    found = glob.glob(os.path.join(folder, 'lib', 'modules', '*', '**',
                                   name + '.ko'), recursive=True)
    check(found, 'no module ' + name)
    return found[0]


def copy(path, root):
    to = root + os.path.abspath(path)
    os.makedirs(os.path.dirname(to), exist_ok=True)
    shutil.copy(path, to)


def file_system(folder, root):
    agent = os.path.join(folder, 'usr', 'sbin', 'qemu-ga')
    for d in ('bin', 'sbin', 'proc', 'sys', 'dev', 'modules', 'tmp', 'etc',
              'var/run', 'usr/bin', 'var/local/run'):
        os.makedirs(os.path.join(root, d))
    for path in libraries(agent):
        copy(path, root)
    shutil.copy(agent, os.path.join(root, 'bin', 'qemu-ga'))
    shutil.copy(os.path.join(folder, 'bin', 'busybox'),
                os.path.join(root, 'bin', 'busybox'))
    for name in COMMANDS:
        os.symlink('busybox', os.path.join(root, 'bin', name))
    os.symlink('/bin/test', os.path.join(root, 'usr', 'bin', 'test'))
    for name in MODULES:
        shutil.copy(module(folder, name), os.path.join(root, 'modules'))
    with open(os.path.join(root, 'etc', 'os-release'), 'w') as f:
        f.write('ID=debian\nVERSION_ID="12"\n')
    init = os.path.join(root, 'init')
    with open(init, 'w') as f:
        f.write(INIT % ' '.join(LOADED))
    os.chmod(init, stat.S_IRWXU)


def make(bed):
    """Starts it on the first host; the path of what it says."""
    folder, root = packages(), bed.path('root')
    file_system(folder, root)
    with open(bed.path('initrd'), 'wb') as f:
        names = subprocess.run(['find', '.'], cwd=root, capture_output=True)
        subprocess.run([os.path.join(folder, 'bin', 'busybox'), 'cpio', '-o',
                        '-H', 'newc'], cwd=root, input=names.stdout, stdout=f,
                       stderr=subprocess.DEVNULL, check=True)
    shutil.rmtree(root)
    with open(bed.path('vm1.xml'), 'w') as f:
        f.write(DOMAIN % {
            'kernel': glob.glob(os.path.join(folder, 'boot', 'vmlinuz-*'))[0],
            'initrd': bed.path('initrd'), 'serial': bed.path('vm1.serial')})
    bed.a.virsh('define', bed.path('vm1.xml'))
    bed.a.virsh('start', 'vm1')
    return bed.path('vm1.serial')
