"""What the bed needs of the machine it is made on."""
import os
import shutil
import subprocess

from tools import BUILD

PROGRAMS = {'qemu-system-x86_64': 'qemu-system-x86', 'qemu-img': 'qemu-utils',
            'libvirtd': 'libvirt-daemon', 'virsh': 'libvirt-clients',
            'nasm': 'nasm', 'dpkg-deb': 'dpkg', 'ip': 'iproute2', 'unshare': 'util-linux',
            'nsenter': 'util-linux'}


def missing():
    """Why there can be no bed here; None: there can."""
    if os.geteuid() != 0:
        return 'needs root, to make hosts out of namespaces'
    lacks = sorted({PROGRAMS[p] for p in PROGRAMS if not shutil.which(p)})
    if lacks:
        return 'needs what is not installed: ' + ' '.join(lacks)
    r = subprocess.run(['unshare', '-m', '-n', '-u', '-p', '-f', 'true'],
                       capture_output=True, text=True)
    if r.returncode != 0:
        return 'needs namespaces: ' + r.stderr.strip()
    if not os.path.exists(os.path.join(BUILD, 'plugin',
                                       'camprun-libvirt.so')):
        return 'needs camprun-libvirt.so, built where libvirt-dev is installed'
    return None
