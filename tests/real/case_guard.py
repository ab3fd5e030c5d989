"""D5: a machine that is caught and moves all the same is noticed."""
from site_of import Site
from tools import check


def case_caught_machine_strays(bed):
    site = Site(bed, ('vm1', 'vm3'), deaf=('vm1',), grace='4s')
    p = site.begin('run')
    site.wait_event('terminate', 'vm1')
    bed.a.virsh('migrate', '--live', '--unsafe', '--persistent',
                '--undefinesource', 'vm3', '--desturi', bed.b.uri)
    site.finish(p, 4)
    said = site.read('log')
    check('"safEE=vm3,safDomain=site" has strayed' in said, said)
    for host in bed.hosts:
        check(host.uuid in said, 'the machine of %s is not named' % host.name)
    check('"procedure"' in site.read('state/guard/moves'), 'no move is kept')
    check('SUSPENDED_BY_ERROR_DETECTED' in site.status(), site.status())
    site.never_stopped('vm2', 'vm3', 'vm4')
    bed.b.virsh('migrate', '--live', '--unsafe', '--persistent',
                '--undefinesource', 'vm3', '--desturi', bed.a.uri)
    site.run('resume', 0)
    site.is_target()
    site.never_stopped('vm2', 'vm4')
