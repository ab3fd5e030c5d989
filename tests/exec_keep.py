#!/usr/bin/env python3
"""U3, U4, U7, U8, U11: snapshots, validations and phases of the driver exec, with
real programs: what is kept, what is gone back to, and where there is room for
it. Environment: BUILD, T as of all tests.
"""
import json
import os
import re
import subprocess
import sys

import suite
from exec import Site, compiled, with_tests
from suite import CAMPRUN, LIMIT, check, wait_until


def with_snapshots(s):
    with_tests(s)
    s.write('v.sh', '#!/bin/sh\necho "$1 $2 $3" >>"%s"\n[ "$1 $2" != "%s" ]'
            '\n' % (s.path('kept'), '$(cat "%s" 2>/dev/null)' %
                     s.path('broken')))
    words = 'program: [%s, "%%{action}", "%%{entity.rdn}", "%%{number}"]}\n' % (
        s.path('v.sh'))
    s.policy('  - {action: offline-install, program: []}\n'
             '  - {action: snapshot, %s  - {action: revert, %s' % (
                 words, words), 'callbacks:\n'
             '  - {label: "gate:*", answer: ignore, snapshot: "*host*"}\n')


def snapshots_there_and_back(s):
    with_snapshots(s)
    s.run('run', 0)
    number = s.read('kept').split()[2]
    check(s.read('kept') == ''.join('snapshot host%d %s\n' % (i, number)
                                    for i in (1, 2)), s.read('kept'))
    s.run('rollback', 0)
    check(s.read('kept').splitlines()[2:] == [
        'revert host%d %s' % (i, number) for i in (1, 2)], s.read('kept'))


def a_snapshot_that_fails(s):
    with_snapshots(s)
    s.write('broken', 'snapshot host2', 0o644)
    said = s.run('run', 4)
    check('v.sh" ended with status 1' in said, said)
    check('revert' not in s.read('kept'), s.read('kept'))
    os.remove(s.path('broken'))
    s.run('resume', 0)


def with_validation(s, rule='', after='exit 0'):
    """The step of each host is validated by tests of the operator's, by one
    named for host2, and by those beside the new bundle."""
    text = s.read('campaign.xml')
    parts = re.split(r'(<upgradeStep [^>]*)/>', text)
    check(len(parts) > 2, 'no step to be validated')
    s.write('campaign.xml', parts[0] + ''.join(
        '%s><atAction><afterUnlock/></atAction><callback callbackLabel='
        '"validate:all"/></upgradeStep>%s' % (parts[i], parts[i + 1])
        for i in range(1, len(parts), 2)), 0o644)
    for folder in 'tests.d', 'tests.d/host2', 'tests.d/host9':
        os.mkdir(s.path(folder))
    note = ('#!/bin/sh\necho %s $(cat "$CAMPRUN_TOUCHED") >>' +
            s.path('tested') + '\n%s\n')
    s.write('tests.d/all', note % ('all', 'cp "$CAMPRUN_IMPACT" ' +
                                   s.path('impact')))
    s.write('tests.d/host2/one', note % ('one', after))
    s.write('tests.d/host9/other', note % ('other', ''))
    s.policy('  - {action: offline-install, program: []}\n', 'callbacks:\n'
             '  - {label: "validate:*", answer: run, phase: forward, tests: %s'
             '}\n%s' % (s.path('tests.d'), rule))


def validated_step_by_step(s):
    with_validation(s)
    s.run('run', 0)
    hosts = ['safEE=host%d,safDomain=site' % i for i in (1, 2)]
    check(s.read('tested').split('\n') == [
        'all ' + hosts[0], 'all ' + hosts[1], 'one ' + hosts[1], ''],
        s.read('tested'))
    impact = json.loads(s.read('impact'))
    check(impact['touched'] == [hosts[1]] and len(impact['bundles']) == 2 and
          impact['callback'] == 'validate:all', str(impact))


def a_validation_that_fails(s):
    with_validation(s, after='echo not good; exit 1')
    said = s.run('run', 4)
    check('one" ended with status 1: not good' in said, said)
    check('procedures completed: 0 of 2, rolled back: 2' in s.status(),
          s.status())
    s.write('tests.d/host2/one', '#!/bin/sh\nexit 0\n')
    s.run('resume', 0)


def what_is_before_it_may_stay(s):
    with_validation(s, after='exit 1')
    text = s.read('policy.yaml')
    s.write('policy.yaml', text.replace('tests: ', 'whole-phase: false, '
                                        'tests: '), 0o644)
    s.run('run', 4)
    check('procedures completed: 1 of 2\n' in s.status(), s.status())


def in_phase_with_backups(s, slow=''):
    """Backups of what is in both hosts' files; a test of host2 that fails."""
    with_validation(s, after='exit 1')
    callbacks = s.read('policy.yaml').split('callbacks:')[1]
    s.write('mended', '')
    with_backups(s, top='callbacks:' + callbacks)
    s.write('b.sh', s.read('b.sh').replace('revert) ', 'revert) ' + slow, 1))


def is_old_again(s):
    check(s.read('host1.now') + s.read('host2.now') == 'old\nold\n',
          'not all is old again')
    kept = [(k[2], k[3], k[7][6:11]) for k in snapshots_of(s)]
    check(('failed', 'taken', 'host1') in kept and
          ('failed', 'taken', 'host2') in kept, str(kept))
    check([k[1] for k in kept if k[0] == 'before'] == ['reverted'] * 2,
          str(kept))
    check('rolled back: 2' in s.status() and 'resume, rollback' in s.status(),
          s.status())


def a_phase_goes_back(s):
    in_phase_with_backups(s)
    said = s.run('run', 4)
    check('taken back: "validate:all"' in said, said)
    is_old_again(s)
    s.write('tests.d/host2/one', '#!/bin/sh\nexit 0\n')
    s.run('resume', 0)
    check(s.read('host1.now') + s.read('host2.now') == 'new\nnew\n',
          'not all is new')


def killed_while_a_phase_goes_back(s):
    """While the snapshot of the first host is reverted to; a resume goes on
    with that, and not with the phase."""
    in_phase_with_backups(s, '[ $2 = host2 ] || { echo x >>reverts; while ! '
                          '[ -e go ]; do sleep 0.02; done; }\n  ')
    p = s.begin('run')
    wait_until(lambda: os.path.exists(s.path('reverts')), 'it goes back')
    p.kill()
    p.wait()
    check('resume goes on' in s.status(), s.status())
    open(s.path('go'), 'w').close()
    s.run('resume', 4)
    check(s.read('reverts') == 'x\n', 'it was reverted again')
    is_old_again(s)


def tests_come_with_bundles(s):
    """Compiled with phases, and with bundles that say where their files are."""
    for model in 'source.yaml', 'target.yaml':
        text = s.read(model)
        for n in '1', '2':
            text = text.replace(
                'dn: safSmfBundle=collector_%s}' % n, 'dn: safSmfBundle='
                'collector_%s, saSmfBundleFileUri: "file://%s"}' % (
                    n, s.path('c%s.deb' % n)))
        check(s.path('c2.deb') in text or model == 'source.yaml', text)
        s.write(model, text, 0o644)
    for when in 'before', 'after':
        os.makedirs(s.path('c2.deb.tests', when))
        s.write('c2.deb.tests/%s/own' % when, '#!/bin/sh\necho %s $(wc -l '
                '<"$CAMPRUN_TOUCHED") $CAMPRUN_DIRECTION >>%s\n'
                '[ %s = before ] && echo 1 >"$CAMPRUN_DATA/seen" || exec cat '
                '"$CAMPRUN_DATA/seen"\n' % (when, s.path('own'), when))
    s.policy('  - {action: offline-install, program: []}\n', 'waves:\n'
             '  - {match: "*", phase: all, gate: true, validate: true}\n'
             'callbacks:\n  - {label: "*:all", answer: run, phase: forward, '
             'bundle-tests: true}\n')
    compiled(s, '--schedule=waves')
    s.run('run', 0)
    check(s.read('own') == 'before 2 forward\n' + 2 * 'after 1 forward\n',
          s.read('own'))


def with_backups(s, more='', top=''):
    """A program keeps what is in a host's file, puts it back, and there is no
    other way to undo it."""
    for host in 'host1', 'host2':
        s.write(host + '.now', 'old\n', 0o644)
    s.write('b.sh', """#!/bin/sh
cd %s || exit 1
echo "$1 $2 $CAMPRUN_SNAPSHOT" >>kept
case $1 in
snapshot) cp $2.now "$CAMPRUN_SNAPSHOT_DIR/copy" ;;
revert) cp "$CAMPRUN_SNAPSHOT_DIR/copy" $2.now ;;
*) [ "$2" != host2 ] || [ -e mended ] || { echo broken >$2.now; exit 1; }
   echo new >$2.now ;;
esac
""" % s.folder)
    words = 'program: [%s, "%%{action}", "%%{entity.rdn}"]}\n' % s.path('b.sh')
    s.policy('  - {action: snapshot, %s  - {action: revert, %s'
             '  - {action: offline-install, %s'
             '  - {action: offline-uninstall, program: []}\n' % (
                 words, words, words), 'snapshots:\n  - {match: "*host*", '
             'take: true%s}\n%s' % (more, top))
    # what brings the old software back does nothing
    s.write('b.sh', s.read('b.sh').replace('*) ', '*) [ "$CAMPRUN_DIRECTION" = '
                                           'forward ] || exit 0\n   ', 1))


def snapshots_of(s):
    return [line.split() for line in subprocess.run(
        [CAMPRUN, 'snapshots', '--state', s.path('state')], text=True,
        capture_output=True, check=True, timeout=LIMIT).stdout.splitlines()]


def a_backup_brings_it_back(s):
    with_backups(s)
    said = s.run('run', 4)
    check('reverted: "safEE=host2' in said, said)
    check(s.read('host1.now') == 'new\n' and s.read('host2.now') == 'old\n',
          s.read('host1.now') + s.read('host2.now'))
    kept = snapshots_of(s)
    check([(k[2], k[3]) for k in kept] == [
        ('before', 'taken'), ('before', 'reverted'), ('failed', 'taken'),
        ('failed', 'taken')], str(kept))
    with open(s.path('state', 'kept', kept[2][0], 'copy')) as f:
        check(f.read() == 'broken\n', 'what failed was not kept')
    check(kept[2][4] == '1', 'its size is not known: %s' % kept[2])
    s.write('mended', '')
    s.run('resume', 0)
    check(s.read('host2.now') == 'new\n', s.read('host2.now'))
    s.run('rollback', 0)
    check(s.read('host1.now') + s.read('host2.now') == 'old\nold\n',
          'not all is old again')
    kept = snapshots_of(s)
    check([k[2] for k in kept] == ['failed', 'failed'], str(kept))
    check(sorted(os.listdir(s.path('state', 'kept'))) == sorted(
        k[0] for k in kept), 'folders are left that nobody knows')


def no_more_is_kept_than_allowed(s):
    with_backups(s, top='retention: {space: 0, reserve: 999999999}\n')
    said = s.run('run', 4)
    check('MiB left, and is to have 999999999' in said, said)
    check([k[2] for k in snapshots_of(s)] == ['before', 'before'],
          str(snapshots_of(s)))


def other_places_are_looked_at(s):
    """A folder of the policy, and what a program says of others."""
    s.write('room.sh', '#!/bin/sh\ncat %s\n' % s.path('left'))
    top = 'retention: {reserve: 100, folders: [%s], program: [%s]}\n' % (
        s.folder, s.path('room.sh'))
    s.write('left', '99 tape 1\n100 tape 2\n', 0o644)
    with_backups(s, top=top)
    said = s.run('run', 4)
    check('not enough room: "tape 1": it has 99 MiB left, and is to have 100'
          in said and 'tape 2' not in said, said)
    check('"tape 1"' in s.status(), s.status())
    s.write('left', '5000 tape 1\n', 0o644)
    s.write('mended', '')
    said = s.run('resume', 0)
    check('enough room again: "tape 1"' in said, said)
    check('tape' not in s.status(), s.status())
    for text, words in ('', 'does not say it'), ('none\n', 'MiB and a place'):
        s.write('left', text, 0o644)
        said = s.run('rollback' if text == '' else 'commit', 0)
        check('nobody knows how much room' in said and words in said, said)


def nobody_takes_snapshots(s):
    s.policy('  - {action: offline-install, program: []}\n', 'snapshots:\n'
             '  - {take: true}\n')
    said = s.run('run', 1)
    check('is to have a snapshot, and nobody takes it' in said, said)
    check(not os.path.exists(s.path('state')), 'it was begun')


TESTS = [snapshots_there_and_back, a_snapshot_that_fails,
         validated_step_by_step, a_validation_that_fails,
         what_is_before_it_may_stay, a_phase_goes_back,
         killed_while_a_phase_goes_back, tests_come_with_bundles,
         a_backup_brings_it_back, no_more_is_kept_than_allowed,
         other_places_are_looked_at, nobody_takes_snapshots]


if __name__ == '__main__':
    sys.exit(suite.run('exec/', TESTS, Site))
