"""D2, D3, D5: a machine that moves is noticed, under a command and when it is
caught."""
import json
import os
import subprocess

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


TIMES = 10
# Moves vm3 to where it is not, the first time; says where it was.
MOVE = '''n=$(cat runs 2>/dev/null || echo 0); echo $((n + 1)) >runs
echo "run $n"
[ $n = 0 ] || exit 3
exec virsh -q -c '%s' migrate --live --unsafe --persistent \\
    --undefinesource vm3 --desturi '%s'
'''


def guard(site, status, script, *more):
    words = ['guard', '--vm', 'safEE=vm3,safDomain=site', '--driver=libvirt',
             '--source', 'source.yaml', '-p', 'policy.yaml', '--state', 'kept',
             *more, '--', '/bin/sh', '-c', script]
    r = subprocess.run(site.args('camprun', *words), cwd=site.bed.folder,
                       capture_output=True, text=True, timeout=60,
                       stdin=subprocess.DEVNULL)
    check(r.returncode == status, '%d: %s' % (r.returncode, r.stderr[-800:]))
    return r.stdout, r.stderr


def case_guarded_command_moves(bed):
    """Every time a guest is moved under a command what it said is thrown away,
    and it runs again; and never if it stays (D2, D3)."""
    site = Site(bed)
    at, to = bed.a, bed.b
    for i in range(TIMES):
        if os.path.exists(bed.path('runs')):
            os.unlink(bed.path('runs'))
        out, err = guard(site, 3, MOVE % (at.uri, to.uri), '--repeat=3',
                         '--events', 'seen')
        check(out == 'run 1\n', 'said %r: %s' % (out, err))
        for host in bed.hosts:
            check(host.uuid in err, 'the machine of %s is not named: %s' % (
                host.name, err))
        at, to = to, at
        out, err = guard(site, 0, 'sleep 0.2; echo stayed', '--events', 'seen')
        check((out, err) == ('stayed\n', ''), err)
    seen = [json.loads(line) for line in site.read('seen').splitlines()]
    check([e['result'] for e in seen] == [
        'inconsistent', 'consistent', 'consistent'] * TIMES, seen)
    check(len(site.read('kept/guard/moves').splitlines()) == TIMES, 'moves')
    site.never_stopped('vm3')


def case_guarded_there_and_back(bed):
    """A guest that was away and is back was on two machines, too."""
    site = Site(bed)
    there, back = (MOVE % (x.uri, y.uri) for x, y in
                   ((bed.a, bed.b), (bed.b, bed.a)))
    script = 'true\n'.join(('rm -f runs;' + x).replace('exec ', '')
                           for x in (there, back))
    out, err = guard(site, 123, script)
    check(out == '' and 'vm3' in bed.a.running(), err)
