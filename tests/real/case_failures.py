"""What goes wrong on real hosts, and where it ends. No guest that was only
moved may miss a beat, whatever happens to those who move it."""
import os
import time

from tools import check, wait_until
from site_of import Site, VMS


def slow(bed, **more):
    """Host a is upgraded; moving vm3, the first, takes some seconds."""
    return Site(bed, ('a',), fill=2, bandwidth=1, **more)


def moving(site, command='run'):
    """A run that has just begun to move vm3, the first."""
    n = site.events('migrate', 'vm3')
    p = site.begin(command)
    wait_until(lambda: site.events('migrate', 'vm3') > n, 'vm3 is moved', 60)
    time.sleep(0.7)
    return p


def power_again(site, name):
    """Power comes back, and the operator starts what was on the host."""
    host = site.host_of[name]
    host.power_on()
    for vm in host.defined():
        host.virsh('start', vm)
        site.serial(vm).beats()


def is_suspended(site):
    text = site.status()
    check('SUSPENDED_BY_ERROR_DETECTED' in text, 'status: ' + text)


def goes_on_without(site, *name):
    """It went back; when this is removed, it goes on."""
    is_suspended(site)
    site.is_source()
    os.remove(site.bed.path(*name))
    site.run('resume', 0)
    site.is_target()
    site.never_stopped('vm2', 'vm3', 'vm4')


def arrives(site, p):
    site.to_the_end(p)
    site.is_target()
    site.never_stopped(*VMS)


def is_rolled_back(site, *vms):
    site.run('rollback', 0)
    site.is_source()
    site.never_stopped(*vms)


# --- moving ---

def case_target_host_dies_while_moving(bed):
    site = slow(bed)
    p = moving(site)
    bed.b.power_off()
    site.finish(p, 4)
    is_suspended(site)
    site.never_stopped('vm1', 'vm3')
    power_again(site, 'b')
    site.run('resume', 0)
    site.is_target()
    site.never_stopped('vm1', 'vm3')


def case_source_host_dies_while_moving(bed):
    site = slow(bed)
    p = moving(site)
    bed.a.power_off()
    try:
        site.finish(p, 4)
    except Exception:
        check(p.returncode == 5, 'neither suspended nor failed')
    check('ERROR_DETECTED' in site.status() or 'FAILED' in site.status(),
          'status does not tell')
    site.never_stopped('vm2', 'vm4')
    check(site.serial('vm3').is_silent(), 'vm3 was started somewhere')


def case_network_is_cut_while_moving(bed):
    site = slow(bed, patience='6s')
    p = moving(site)
    bed.a.link('down')
    site.finish(p, 4)
    is_suspended(site)
    bed.a.link('up')
    check(bed.a.running() == ['vm1', 'vm3'], 'they are not where they were')
    site.never_stopped(*VMS)
    is_rolled_back(site, *VMS)


def case_moving_takes_too_long(bed):
    site = slow(bed, patience='1s')
    site.run('run', 4)
    is_suspended(site)
    is_rolled_back(site, *VMS)


def case_operator_gives_up_moving(bed):
    site = slow(bed)
    p = moving(site)
    site.give_up(p)
    p.wait(60)
    site.log.close()
    check(p.returncode != 0, 'it went on')
    site.never_stopped(*VMS)
    is_rolled_back(site, *VMS)


def case_killed_while_moving(bed):
    site = slow(bed)
    site.kill(moving(site))
    site.run('resume', 0)
    site.is_target()
    site.never_stopped(*VMS)


def case_killed_while_moving_then_host_dies(bed):
    site = slow(bed)
    site.kill(moving(site))
    bed.b.power_off()
    power_again(site, 'b')
    site.to_the_end(site.begin('resume'))
    site.is_target()
    site.never_stopped('vm1', 'vm3')


def case_killed_while_moving_back(bed):
    site = slow(bed)
    site.run('run', 0)
    site.kill(moving(site, 'rollback'))
    site.run('resume', 0)
    site.is_source()
    site.never_stopped(*VMS)


def case_daemon_of_source_restarts_while_moving(bed):
    site = slow(bed)
    p = moving(site)
    bed.a.stop_daemon()
    bed.a.start_daemon()
    arrives(site, p)


def case_daemon_of_target_restarts_while_moving(bed):
    site = slow(bed)
    p = moving(site)
    bed.b.stop_daemon()
    bed.b.start_daemon()
    arrives(site, p)


def case_daemon_of_source_is_away_for_a_while(bed):
    site = slow(bed, reach='30s')
    p = moving(site)
    bed.a.stop_daemon()
    time.sleep(5)
    bed.a.start_daemon()
    arrives(site, p)


def case_killed_while_network_is_cut(bed):
    site = slow(bed, patience='6s')
    p = moving(site)
    bed.a.link('down')
    time.sleep(0.5)
    site.kill(p)
    p = site.begin('resume')
    time.sleep(1)
    bed.a.link('up')
    arrives(site, p)


def case_operator_has_moved_it(bed):
    site = slow(bed)
    p = moving(site)
    bed.a.virsh('migrate', '--live', '--unsafe', '--persistent',
                '--undefinesource', 'vm1', '--desturi', bed.b.uri)
    site.finish(p, 0)
    site.is_target()
    site.never_stopped(*VMS)


def case_machine_is_gone(bed):
    site = slow(bed)
    p = moving(site)
    bed.a.virsh('destroy', 'vm1')
    bed.a.virsh('undefine', 'vm1')
    site.finish(p, 4)
    is_suspended(site)
    site.never_stopped('vm3', 'vm2', 'vm4')
    bed.a.virsh('define', bed.path('vm1.xml'))
    bed.a.virsh('start', 'vm1')
    site.run('resume', 0)
    site.is_target()


# --- before the start ---

def refused(site, words):
    text = site.run('run', 1)
    check(words in text, 'not said: %s\n%s' % (words, text))
    check(not os.path.exists(site.bed.path('state')), 'a run was begun')


def case_host_does_not_answer(bed):
    site = Site(bed, ('a',))
    bed.b.stop_daemon()
    refused(site, 'does not answer')
    bed.b.start_daemon()
    site.never_stopped(*VMS)


def case_machine_does_not_run(bed):
    site = Site(bed, ('a',))
    bed.b.virsh('destroy', 'vm4')
    refused(site, '"vm4" does not run')
    site.never_stopped('vm1', 'vm2', 'vm3')


def case_machine_runs_elsewhere(bed):
    site = Site(bed, ('a',))
    bed.b.virsh('migrate', '--live', '--unsafe', '--persistent',
                '--undefinesource', 'vm4', '--desturi', bed.a.uri)
    refused(site, '"vm4" runs on "%s"' % bed.a.uri)
    site.never_stopped(*VMS)


# --- images and software ---

def case_guest_ignores_its_power_button(bed):
    site = Site(bed, ('vm1',), deaf=('vm1',), grace='1s')
    site.run('run', 0)
    site.is_target()
    check('off' not in site.read('vm1.serial'), 'it heard')
    site.never_stopped('vm2', 'vm3', 'vm4')


def case_image_is_refused(bed):
    site = Site(bed, ('vm1',))
    site.write('refuse-vm1', '')
    site.run('run', 4)
    goes_on_without(site, 'refuse-vm1')


def fill(bed):
    """No room is left where the disks are, until rest is removed."""
    with open(bed.path('disks', 'rest'), 'wb', 0) as f:
        try:
            while f.write(b'.' * 4096):
                pass
        except OSError:
            pass


def case_disk_is_full(bed):
    site = Site(bed, ('vm1',))
    fill(bed)
    text = site.run('run', 4)
    check('No space left' in text, text)
    goes_on_without(site, 'disks', 'rest')


def case_host_refuses_its_software(bed):
    site = Site(bed, ('a', 'vm1'))
    site.write('refuse-a', '')
    site.run('run', 4)
    is_suspended(site)
    site.is_source()
    is_rolled_back(site, 'vm2', 'vm3', 'vm4')


def case_second_host_refuses(bed):
    site = Site(bed)
    site.write('refuse-b', '')
    site.run('run', 4)
    is_suspended(site)
    check(site.read('a/version') == 'host-2\n', 'a was taken back')
    site.never_stopped('vm3', 'vm4')
    is_rolled_back(site, 'vm3', 'vm4')


def case_host_stays_dead(bed):
    site = Site(bed, ('a',))
    site.write('dead-a', '')
    site.run('run', 5)
    check('FAILED' in site.status(), 'status does not tell')
    site.never_stopped(*VMS)
    check(bed.b.running() == sorted(VMS), 'not all are on b')


# --- kills ---

def kill_in(site, action, entity, after=0.3):
    p = site.begin('run')
    site.wait_event(action, entity)
    time.sleep(after)
    site.kill(p)
    site.run('resume', 0)
    site.is_target()


def case_killed_while_guest_is_stopped(bed):
    site = Site(bed, ('vm1',), deaf=('vm1',), grace='2s')
    kill_in(site, 'terminate', 'vm1')
    site.never_stopped('vm2', 'vm3', 'vm4')


def case_killed_while_image_is_copied(bed):
    site = Site(bed, ('vm1',))
    site.write('slow-vm1', '')
    kill_in(site, 'offline-install', 'vm1')
    site.never_stopped('vm2', 'vm3', 'vm4')
    check(site.serial('vm1').last()[1] == 1, 'the image was booted twice')


def case_killed_while_guest_starts(bed):
    site = Site(bed, ('vm1',))
    kill_in(site, 'instantiate', 'vm1', 0)
    site.never_stopped('vm2', 'vm3', 'vm4')
    check(site.serial('vm1').last()[1] == 1, 'the image was booted twice')


def case_killed_while_host_is_upgraded(bed):
    site = Site(bed, ('a',))
    site.write('slow-a', '')
    kill_in(site, 'offline-install', 'a')
    site.never_stopped(*VMS)


def case_killed_while_host_restarts(bed):
    site = Site(bed, ('a',))
    kill_in(site, 'instantiate', 'a', 0.1)
    site.never_stopped(*VMS)


def case_killed_while_disk_is_full(bed):
    site = Site(bed, ('vm1',))
    fill(bed)
    p = site.begin('run')
    site.wait_event('offline-install', 'vm1')
    site.kill(p)
    site.run('resume', 4)
    goes_on_without(site, 'disks', 'rest')


def case_killed_while_software_is_refused(bed):
    """The program fails while nobody waits for it."""
    site = Site(bed, ('a', 'vm1'))
    site.write('refuse-a', '')
    site.write('slow-vm1', '')
    p = site.begin('run')
    site.wait_event('offline-install', 'a')
    site.kill(p)
    site.run('resume', 4)
    goes_on_without(site, 'refuse-a')


def case_killed_while_daemon_restarts(bed):
    site = slow(bed, reach='30s')
    p = moving(site)
    bed.a.stop_daemon()
    site.kill(p)
    p = site.begin('resume')
    time.sleep(1)
    bed.a.start_daemon()
    arrives(site, p)


def case_killed_while_operator_gives_up(bed):
    site = slow(bed)
    p = moving(site)
    site.give_up(p)
    time.sleep(0.05)
    site.kill(p)
    arrives(site, site.begin('resume'))


def case_host_loses_its_power_while_upgraded(bed):
    """Nobody can say what it has installed, or take it back: an operator must;
    its machines are elsewhere, and go on."""
    site = Site(bed, ('a',))
    site.write('slow-a', '')
    p = site.begin('run')
    site.wait_event('offline-install', 'a')
    time.sleep(0.5)
    bed.a.power_off()
    site.finish(p, 5)
    check('FAILED' in site.status(), 'status does not tell')
    check(bed.b.running() == sorted(VMS), 'not all are on b')
    site.never_stopped(*VMS)


def case_killed_on_the_way_back(bed):
    site = Site(bed, ('a', 'vm1'))
    site.run('run', 0)
    p = site.begin('rollback')
    for action, entity in (('instantiate', 'a'), ('offline-install', 'vm1'),
                           ('instantiate', 'vm1')):
        n = site.events(action, entity)
        wait_until(lambda: p.poll() is not None or
                   site.events(action, entity) > n, 'it goes back', 60)
        site.kill(p)
        p = site.begin('resume')
    site.finish(p, 0)
    site.is_source()
    site.is_model('source')
    site.never_stopped('vm2', 'vm3', 'vm4')


def case_killed_again_and_again(bed):
    site = Site(bed)
    p = site.begin('run')
    for pause in (0.5, 0.8, 1.1, 0.3, 1.7):
        wait_until(lambda: os.path.exists(bed.path('state')), 'it begins')
        time.sleep(pause)
        site.kill(p)
        p = site.begin('resume')
    site.finish(p, 0)
    site.is_target()
    site.never_stopped('vm3', 'vm4')
