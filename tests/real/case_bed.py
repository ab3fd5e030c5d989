"""The bed itself, without camprun: are its hosts hosts, and is what guests say
a witness?"""
from tools import check


def two_guests(bed):
    v1 = bed.image(VERSION=1)
    for i, name in enumerate(('vm1', 'vm2')):
        bed.a.virsh('define', bed.domain(name, i, v1))
        bed.a.virsh('start', name)
    for name in ('vm1', 'vm2'):
        bed.serial(name).beats()


def case_bed_moves_guests(bed):
    two_guests(bed)
    bed.a.virsh('migrate', '--live', '--unsafe', '--persistent',
                '--undefinesource', 'vm1', '--desturi', bed.b.uri)
    for name in ('vm1', 'vm2'):
        bed.serial(name).beats()
        bed.serial(name).unbroken(1)
    check(bed.a.defined() == ['vm2'], 'vm1 is still on a')
    check(bed.b.running() == ['vm1'], 'vm1 does not run on b')


def case_bed_tells_power_cuts(bed):
    two_guests(bed)
    bed.a.virsh('shutdown', 'vm2')
    bed.serial('vm1').beats()
    bed.a.power_off()
    check(bed.serial('vm1').is_silent(), 'vm1 lives on without its host')
    bed.a.power_on()
    check(bed.a.running() == [], 'guests start by themselves')
    bed.a.virsh('start', 'vm1')
    bed.serial('vm1').beats()
    check(bed.serial('vm1').last()[:2] == (1, 2), 'not the second boot')
    with open(bed.path('vm2.serial')) as f:
        check(f.read().endswith('off\n'), 'the power button was not heard')


def case_bed_keeps_guests_without_daemon(bed):
    two_guests(bed)
    bed.a.stop_daemon()
    bed.serial('vm1').beats()
    bed.a.start_daemon()
    check(bed.a.running() == ['vm1', 'vm2'], 'guests were lost')
    bed.serial('vm1').unbroken(1)
