"""M5: what a Linux guest can do is asked of QEMU's own agent in it."""
import json
import os
import subprocess

import linux_guest
from tools import BUILD, HERE, check, wait_until

POLICY = '''guests:
  - {match: "safEE=vm1,*", authorise: [detect, balloon]}
detectors:
  - os: linux
    finds: unplug.memory
    program: [/bin/test, -d, /sys/module/virtio_balloon/drivers]
  - os: debian
    finds: plug.vcpu
    program: [/bin/sh, -c, "echo $$ of $(cat /etc/os-release); exit 1"]
  - {finds: plug.memory, program: [/bin/test, -d, /sys]}
  - {finds: plug.disk, program: [/nowhere/program]}
  - {finds: migrate.live, program: [/bin/sh, -c, "echo 'it''s \\"so\\"'"]}
packages:
  - name: balloon
    os: linux
    brings: [unplug.memory]
    present: [/bin/test, -d, /sys/module/virtio_balloon]
    install: [/bin/insmod, /modules/virtio_balloon.ko]
    remove: [/bin/rmmod, virtio_balloon]
    temporary: true
'''


def capabilities(bed, *more):
    r = subprocess.run(
        [os.path.join(BUILD, 'camprun'), 'capabilities', '--vm=*',
         '--driver=libvirt', '--source', 'source.yaml', '-p', 'policy.yaml',
         '--state', 'kept', *more], cwd=bed.folder, text=True,
        capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    check(r.returncode == 0 and r.stderr == '', r.stderr[-800:])
    return {m['vm'].split(',')[0][6:]: m
            for m in json.loads(r.stdout)['machines']}


def events(machine):
    return [(e['action'], e['of'], e['result']) for e in machine['report']]


def case_inside_linux_guest(bed):
    serial = linux_guest.make(bed)
    with open(os.path.join(HERE, 'site', 'models.in')) as f:
        text = f.read()
    for name, host in ('a', bed.a), ('b', bed.b):
        text = text.replace('@URI_%s@' % name, host.uri)
    for name in ('vm1', 'vm2', 'vm3', 'vm4', 'a', 'b'):
        text = text.replace('@V_%s@' % name, '1')
    for name, what in ('source.yaml', text), ('policy.yaml', POLICY):
        with open(bed.path(name), 'w') as f:
            f.write(what)
    wait_until(lambda: os.path.exists(serial) and
               'agent' in open(serial, errors='replace').read(), 'Linux', 60)
    wait_until(lambda: 'return' in bed.a.virsh(
        'qemu-agent-command', 'vm1', '{"execute":"guest-ping"}', status=None),
               'the agent answers', 60)
    all_of_them = capabilities(bed)
    one = all_of_them['vm1']
    check('os' in one, one)
    check(one['os']['type'] == 'linux' and one['os']['name'] == 'debian' and
          one['os']['version'] == '12', one)
    check(one['migrate'] == ['live'] and 'plug' not in one and
          'unplug' not in one, one)
    said = {}
    for e in one['report']:
        said[e['of']] = said.get(e['of'], '') + e.get('why', '')
    check('of ID=debian' in said['vcpu'] and 'its "so"' in said['live'],
          one['report'])
    check(('detect', 'disk', 'failed') in events(one), one['report'])
    # Its host knows better, and of moving it alone knows.
    e = events(one)
    at = e.index(('detect', 'memory', 'yes'))
    check(('detect', 'memory', 'no') in e[at:] and
          'its balloon leaves it 160 of 160 MiB' in said['memory'], one)
    check('1 of 1 other hosts' in said['live'], said)
    check(one['packages'] == [{'name': 'balloon', 'state': 'available',
                               'temporary': True, 'unplug': ['memory']}], one)
    check(not all_of_them['vm2']['authorised'], all_of_them['vm2'])
    one = capabilities(bed, '--augment')['vm1']
    e = events(one)
    at = e.index(('install', 'balloon', 'done'))
    check(e[at + 1:at + 3] == [('detect', 'memory', 'yes'),
                               ('remove', 'balloon', 'done')], e)
    again, before = capabilities(bed)['vm1'], all_of_them['vm1']
    check(events(again) == events(before) and
          again['packages'] == before['packages'], 'it is as it was')


case_inside_linux_guest.missing = linux_guest.missing
