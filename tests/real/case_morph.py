"""M1, M6, M7: machines that change while they run. They get another processor,
more memory and disks, and go to another host, one machine after the other; none
may miss a beat, on the way there or back."""
import time

from site_of import Site
from tools import check, do

# It may have 4 processors, and 4 modules of memory.
SHAPE = '''<maxMemory slots='4' unit='MiB'>1024</maxMemory>
  <memory unit='MiB'>64</memory>
  <vcpu current='1'>%d</vcpu>
  <cpu><numa><cell id='0' cpus='0-%d' memory='64' unit='MiB'/></numa></cpu>'''
POLICY = '''resources: [vcpu, memory, disk]
classes:
  - type: safVersion=1,safEEType=guest
    resources: {vcpu: 1, memory: 64, disk: 1}
  - type: safVersion=large,safEEType=guest
    resources: {vcpu: %(vcpus)d, memory: %(memory)d, disk: %(disks)d}
templates:
  - name: grow
    match: "safEE=vm*"
    from: safVersion=1,safEEType=guest
    to: safVersion=large,safEEType=guest
    migration: %(migration)s
    hot-plug: %(plug)s
'''
DISK = '''<disk type='file' device='disk'>
  <driver name='qemu' type='raw' cache='none'/>
  <source file='%s'/>
  <target dev='vdb' bus='virtio'/>
</disk>
'''


def grows(bed, *names, vcpus=1, memory=64, disks=1, migration='live', can=4,
          grace='10s'):
    plug = [r for r, more in (('memory', memory > 64), ('disk', disks > 1),
                              ('vcpu', vcpus > 1)) if more]
    site = Site(bed, (), morph=names, grace=grace, shape=SHAPE % (can, can - 1),
                policy=POLICY % {'vcpus': vcpus, 'memory': memory,
                                 'disks': disks, 'migration': migration,
                                 'plug': plug})
    site.large = (vcpus, memory, disks)
    for name in names:
        extra = bed.path('disks', name + '-2')
        do('qemu-img', 'create', '-q', '-f', 'raw', extra, '64k')
        site.write('%s-disk-2.xml' % name, DISK % extra)
    return site


def shape(site, name):
    """(processors, MiB, disks) of a machine that runs."""
    host = next(h for h in site.bed.hosts if name in h.running())
    count = host.virsh('vcpucount', name, '--live', '--current')
    memory = next(x for x in host.virsh('dominfo', name).split('\n')
                  if x.startswith('Used memory'))
    disks = host.virsh('domblklist', name).count(site.bed.folder)
    return int(count), int(memory.split()[2]) // 1024, disks


def has_shape(site, want, *names):
    for name in names:
        check(shape(site, name) == want, '%s has %s, not %s' % (
            name, shape(site, name), want))


def grew(site, *names):
    site.is_target()
    site.is_model('target')
    has_shape(site, site.large, *names)
    site.never_stopped('vm1', 'vm2', 'vm3', 'vm4')


def shrank(site, *names):
    site.is_source()
    site.is_model('source')
    has_shape(site, (1, 64, 1), *names)
    site.never_stopped('vm1', 'vm2', 'vm3', 'vm4')


def case_morph_and_move(bed):
    site = grows(bed, 'vm1', 'vm2', vcpus=2, memory=128)
    site.run('run', 0)
    grew(site, 'vm1', 'vm2')
    check('vm1' in bed.b.running() and 'vm2' in bed.a.running(),
          'they did not move')


def case_morph_fails_and_goes_back(bed):
    site = grows(bed, 'vm1', vcpus=2, memory=128, can=1)
    said = site.run('run', 4)
    check('greater than max allowable' in said, said)
    check('SUSPENDED_BY_ERROR_DETECTED' in site.status(), site.status())
    shrank(site, 'vm1')
    check(site.events('plug', 'vm1', 'ok') > 0, 'nothing was plugged')
    check('vm1' in bed.a.running(), 'it did not come back')
    site.run('rollback', 0)
    shrank(site, 'vm1')


def case_morph_there_and_back(bed):
    site = grows(bed, 'vm1', 'vm3', memory=128, disks=2)
    site.run('run', 0)
    grew(site, 'vm1', 'vm3')
    site.run('rollback', 0)
    shrank(site, 'vm1', 'vm3')
    check(bed.a.running() == ['vm1', 'vm3'], 'they did not come back')


def case_morph_in_place(bed):
    site = grows(bed, 'vm1', memory=128, disks=2, migration='none')
    site.run('run', 0)
    grew(site, 'vm1')
    check('vm1' in bed.a.running(), 'it moved')
    site.run('rollback', 0)
    shrank(site, 'vm1')


def case_morph_saved_and_restored(bed):
    site = grows(bed, 'vm1', memory=128, migration='save-and-restore')
    site.run('run', 0)
    grew(site, 'vm1')


def case_morph_killed_again_and_again(bed):
    site = grows(bed, 'vm1', 'vm2', memory=128, disks=2)
    p = site.begin('run')
    for action, pause in (('morph', 0.1), ('plug', 0), ('morph', 0.3),
                          ('plug', 0.1)):
        site.wait_event(action, 'vm1')
        time.sleep(pause)
        site.kill(p)
        p = site.begin('resume')
    site.finish(p, 0)
    grew(site, 'vm1', 'vm2')
    p = site.begin('rollback')
    site.wait_event('unplug', 'vm2')
    site.kill(p)
    site.run('resume', 0)
    shrank(site, 'vm1', 'vm2')


def case_morph_processor_is_not_given_back(bed):
    """This QEMU never lets go of a processor: the time limit is the end."""
    site = grows(bed, 'vm1', vcpus=2)
    site.run('run', 0)
    grew(site, 'vm1')
    said = site.run('rollback', 5)
    check('FAILED' in site.status(), site.status())
    check('unplug' in said, said)
    has_shape(site, site.large, 'vm1')
    site.never_stopped('vm1', 'vm2', 'vm3', 'vm4')


def case_morph_machine_keeps_its_disk(bed):
    """One that does not let go keeps what it has; it is as before then."""
    site = grows(bed, 'vm1', disks=2, grace='1s')
    bed.a.virsh('destroy', 'vm1')  # a guest that does not hear
    do('cp', bed.image(VERSION=1), bed.path('disks', 'vm1'))
    do('truncate', '-s', '0', bed.path('vm1.serial'))
    bed.a.virsh('start', 'vm1')
    site.run('run', 0)
    grew(site, 'vm1')
    said = site.run('rollback', 5)
    check('did not let go' in said, said)
    has_shape(site, site.large, 'vm1')
    site.never_stopped('vm1')
