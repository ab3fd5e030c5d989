#!/usr/bin/env python3
"""Property tests (T1-T11, T14-T17, X1): random pairs are compiled and what
comes out is checked by a program that shares nothing with the compiler.

    run.py [--campgen PATH] [--seeds A..B] [--fleets N] [--jobs N]
           [--only hard|fleet|tiny|limited|tight|odd|broken|checker|mutate|
            prove|meet|rolling|why] [--keep DIR]

Environment, as of all tests: BUILD, SEED (one seed), CASES (how many), T (part
of a name). A failure prints SEED=n and keeps its files.
"""
import argparse
import json
import multiprocessing
import os
import re
import resource
import shutil
import subprocess
import sys
import random
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check  # noqa: E402
import gen_fleet  # noqa: E402
import gen_odd  # noqa: E402
import gen_hard  # noqa: E402
import imm  # noqa: E402
import risk  # noqa: E402
import waves  # noqa: E402

TIMEOUT = 120


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Failure(Exception):
    pass


def errors(text):
    """The errors among the findings, without what follows each."""
    lines = [x for x in text.split('\n') if 'error[' in x or
             x.startswith('campgen:') or 'note: ' in x]
    return '\n    '.join(lines[:12])[:3000] or text[-1500:]


class Case:
    """One pair in a folder of its own."""

    def __init__(self, campgen, folder, schema):
        self.campgen, self.dir, self.schema = campgen, folder, schema

    def path(self, name):
        return os.path.join(self.dir, name)

    def call(self, *args, env=None, cwd=None):
        r = subprocess.run([self.campgen] + list(args), cwd=cwd,
                           env=dict(os.environ, **(env or {})),
                           stdin=subprocess.DEVNULL, capture_output=True,
                           timeout=TIMEOUT, preexec_fn=limits)
        r.err = r.stderr.decode('utf-8', 'replace')
        return r

    def compile(self, src, tgt, out, schedule='sequential', **more):
        out = self.path(out)
        if os.path.exists(out):
            os.unlink(out)
        r = self.call(src, tgt, '-o', out, '--schedule=' + schedule, **more)
        r.wrote = os.path.exists(out)
        if r.returncode not in (0, 1):
            raise Failure('campgen exits %d: %s' % (r.returncode,
                                                    r.err[-1500:]))
        if r.returncode == 1 and r.wrote:
            raise Failure('errors, but a campaign was written')
        return r

    def nothing(self, r, what):
        if r.returncode != 0 or r.wrote or 'nothing to do' not in \
                r.err + r.stdout.decode('utf-8', 'replace'):
            raise Failure('%s: exit %d, %s, says: %s' % (
                what, r.returncode, 'a file' if r.wrote else 'no file',
                r.err[-500:]))

    def main(self, expect):
        """Compiles and checks. True if there is a campaign."""
        src, tgt = self.path('source.xml'), self.path('target.xml')
        r = self.compile(src, tgt, 'campaign.xml')
        if expect == 'equal':
            self.nothing(r, 'equal models')
            return False
        if r.returncode == 1:
            if expect != 'may-refuse':
                raise Failure('refused: ' + errors(r.err))
            if not re.search(r'error\[[A-Z]\d{3}\].*saf(EE|Si)=', r.err):
                raise Failure('refused without naming a VM or service: ' +
                              r.err[-1000:])
            return False
        if not r.wrote:
            raise Failure('exit 0, but no campaign: ' + r.err[-500:])
        found, _, _ = check.check(src, tgt, self.path('campaign.xml'))
        if found:
            raise Failure('%d findings\n' % len(found) + '\n'.join(
                '    %s %s "%s": %s' % f for f in found[:6]))
        if self.schema:
            v = subprocess.run(['xmllint', '--noout', '--schema', self.schema,
                                self.path('campaign.xml')],
                               capture_output=True)
            if v.returncode:
                raise Failure('not valid: ' + v.stderr.decode()[:800])
        return True

    def risk(self, name):
        """What the campaign says of services is so."""
        found = risk.examine(self.path('source.xml'), self.path('target.xml'),
                             self.path(name))[0]
        if found:
            raise Failure('%s: %d groups fare otherwise, "%s": %s' % (
                name, len(found), found[0][2], found[0][3]))

    def waves(self):
        """The same pair in waves: safe in any order, never longer."""
        src, tgt = self.path('source.xml'), self.path('target.xml')
        r = self.compile(src, tgt, 'waves.xml', schedule='waves')
        if not r.wrote:
            raise Failure('refused in waves only: ' + errors(r.err))
        self.risk('campaign.xml')
        self.risk('waves.xml')
        found, levels = waves.examine(src, tgt, self.path('waves.xml'),
                                      ('forwards', 'backwards'))
        if found:
            raise Failure('waves: %d findings\n' % len(found) + '\n'.join(
                '    %s %s "%s": %s' % f for f in found[:6]))
        alone = waves.load(src, tgt, self.path('campaign.xml'))[2]
        if levels > len(alone.procedures):
            raise Failure('%d waves, but %d procedures one by one'
                          % (levels, len(alone.procedures)))

    def waves_by_policy(self):
        return self.call(self.path('source.xml'), self.path('target.xml'),
                         '-p', self.path('policy.yaml'), '--schedule=waves',
                         '-o', self.path('waves.xml'))

    def both_ways(self, room=None):
        """The waves' checker, after either turn in which all is well."""
        for turn in ('forwards', 'backwards'):
            k = waves.WaveChecker(
                *waves.load(*(self.path(n + '.xml') for n in (
                    'source', 'target', 'waves'))), waves.TURNS[turn], room)
            found = k.run()
            if found:
                raise Failure('%s: %s %s "%s": %s' % ((turn,) + found[0]))
            yield k

    def proof(self, name):
        """What the runtime says of it, by the same policy: '' if it is safe,
        else the errors."""
        policy = self.path('policy.yaml')
        more = ['-p', policy] if os.path.exists(policy) else []
        r = subprocess.run([os.path.join(os.path.dirname(self.campgen),
                                         'camprun'), 'prove',
                            self.path(name), '--source',
                            self.path('source.xml'), '--target',
                            self.path('target.xml')] + more,
                           capture_output=True, stdin=subprocess.DEVNULL,
                           timeout=TIMEOUT, preexec_fn=limits)
        if r.returncode not in (0, 1):
            raise Failure('prove: exit %d' % r.returncode)
        return errors(r.stderr.decode()) if r.returncode else ''

    def proven(self, name):
        said = self.proof(name)
        if said:
            raise Failure('not proven: ' + said)

    def same_bytes(self, a, b, what):
        x, y = (open(self.path(n), 'rb').read() for n in (a, b))
        if x != y:
            at = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q),
                      min(len(x), len(y)))
            raise Failure('%s: other bytes from %d: ...%r and ...%r' % (
                what, at, x[max(0, at - 40):at + 40],
                y[max(0, at - 40):at + 40]))

    # --- what must not matter ---

    def variants(self, seed):
        """All of them are tried; what is wrong with each is told."""
        src, tgt = self.path('source.xml'), self.path('target.xml')
        wrong = []
        for f in (self.identity, self.diffed, self.objects_mixed, self.attributes_mixed,
                  self.elsewhere, self.converted):
            try:
                f(seed, src, tgt)
            except Failure as e:
                wrong.append(str(e))
        if wrong:
            raise Failure('\n    '.join(wrong))

    def identity(self, seed, src, tgt):
        self.nothing(self.compile(src, src, 'same.xml'), 'diff(a, a)')
        if self.call('diff', src, src).returncode != 0:
            raise Failure('campgen diff a a is not 0')
        if self.call('diff', src, tgt).returncode != 1:
            raise Failure('campgen diff a b is not 1')

    def diffed(self, seed, src, tgt):
        """What diff says for a machine, done to the source, is the target."""
        r = self.call('diff', '--format=json', src, tgt)
        said = json.loads(r.stdout)
        m, counts = imm.read(src), {'add': 0, 'remove': 0, 'modify': 0}
        for x in (x for k in said['kinds'] for e in k['entities']
                  for x in e['objects']):
            counts[x['change']] += 1
            old = m.objects.pop(x['dn'], None)
            if (old is None) != (x['change'] == 'add'):
                raise Failure('diff: %s of %s' % (x['change'], x['dn']))
            if x['change'] == 'remove':
                continue
            o = old or imm.Obj(x['dn'], x['class'])
            o.cls = x['class']
            for a in x['attributes']:
                if sorted(o.all(a['name'])) != sorted(a.get('old', [])):
                    raise Failure('diff: old values of %s in %s' %
                                  (a['name'], x['dn']))
                o.attrs[a['name']] = a['new']
            m.objects[x['dn']] = o
        d = imm.differences(m, imm.read(tgt))
        if d or counts != {'add': said['added'], 'remove': said['removed'],
                           'modify': said['modified']}:
            raise Failure('diff: %s, %s' % (counts, d[:3]))
        if sum(k['count'] for k in said['kinds']) != \
                sum(len(k['entities']) for k in said['kinds']):
            raise Failure('diff: kinds that do not count their entities')

    def again(self, src, tgt, name, what, **more):
        r = self.compile(src, tgt, name, **more)
        if r.returncode:
            raise Failure('%s: %s' % (what, r.err[-800:]))
        self.same_bytes('campaign.xml', name, what)

    def objects_mixed(self, seed, src, tgt):
        self.mixed('order of objects', src, tgt,
                   shuffle=random.Random('objects %d' % seed))

    def attributes_mixed(self, seed, src, tgt):
        self.mixed('order of attributes', src, tgt,
                   shuffle_attrs=random.Random('attributes %d' % seed))

    def mixed(self, what, src, tgt, **how):
        for path, name in ((src, 's-mixed.xml'), (tgt, 't-mixed.xml')):
            imm.write(imm.read(path), self.path(name), **how)
        self.again(self.path('s-mixed.xml'), self.path('t-mixed.xml'),
                   'c-mixed.xml', what)

    def elsewhere(self, seed, src, tgt):
        sub = self.path('other place')
        os.makedirs(sub, exist_ok=True)
        for n in ('source', 'target'):
            shutil.copy(self.path(n + '.xml'), os.path.join(sub, n + '-2'))
        env = {'LC_ALL': 'tr_TR.UTF-8', 'LANG': 'de_DE.UTF-8',
               'TZ': 'Asia/Tokyo', 'PYTHONHASHSEED': '7'}
        self.again('source-2', 'target-2', 'c-else.xml',
                   'locale, time zone, directory', env=env, cwd=sub)

    def converted(self, seed, src, tgt):
        for n, path in (('s', src), ('t', tgt)):
            for a, b in ((path, n + '.yaml'), (path, n + '-1.xml'),
                         (self.path(n + '-1.xml'), n + '-2.xml'),
                         (self.path(n + '.yaml'), n + '-3.xml')):
                r = self.call('convert', a, '-o', self.path(b))
                if r.returncode:
                    raise Failure('convert to %s: %s' % (b, r.err[-800:]))
            d = imm.differences(imm.read(path),
                                imm.read(self.path(n + '-1.xml')))
            if d:
                raise Failure('convert changes the model: %s' % d[:3])
            self.same_bytes(n + '-1.xml', n + '-2.xml', 'write, then read')
        # without class definitions YAML has nothing to lose
        if not imm.read(src).classes:
            for n in 'st':
                self.same_bytes(n + '-1.xml', n + '-3.xml', 'through YAML')
        self.again(self.path('s.yaml'), self.path('t.yaml'), 'c-yaml.xml',
                   'YAML instead of XML')


def hard(case, seed, thorough):
    expect = gen_hard.generate(seed, case.dir)
    if case.main(expect):
        case.waves()
        if thorough:
            case.variants(seed)


class Args:
    def __init__(self, **k):
        self.__dict__.update(k)


def fleet(case, seed, thorough):
    r = random.Random('run fleet %d' % seed)
    red = r.choice([2, 2, 3])
    a = Args(hosts=r.randint(red, 12), vms=r.randint(1, 6),
             sponsors=r.randint(1, 4), redundancy=red,
             add=r.choice([0, 5, 20]), remove=r.choice([0, 5, 20]),
             seed=seed, outdir=case.dir)
    if case.main(gen_fleet.generate(a)):
        case.waves()
        if thorough:
            case.variants(seed)


def tiny(case, seed, thorough):
    """Few hosts, all modified: the waves are as few as can be."""
    r = random.Random('run tiny %d' % seed)
    a = Args(hosts=r.randint(2, 6), vms=r.randint(1, 3),
             sponsors=r.randint(1, 3), redundancy=r.choice([2, 2, 3]), add=0,
             remove=0, seed=seed, outdir=case.dir)
    if not case.main(gen_fleet.generate(a)):
        return
    case.waves()
    best = waves.fewest(case.path('source.xml'), case.path('target.xml'))
    got = waves.load(case.path('source.xml'), case.path('target.xml'),
                     case.path('waves.xml'))[2]
    levels = len({p.level for p in got.procedures})
    if levels != best or not 1 <= int(got.bound) <= best:
        raise Failure('%d waves (bound %s), but %s would do'
                      % (levels, got.bound, best))


LIMITS = """fault-domains:
  - {level: rack, attribute: saPlmHEEntityPaths}
waves:
  - {match: "*", max: %(most)d}
  - {match: "*", max: %(rack)d, per-domain: true}
  - {match: "*{RACK,0}*", level: rack, max: %(first)d}
  - {match: "*blade-000%(bird)d?,*", canary: true}
  - {match: "*blade-000?%(one)d,*", apart: "*blade-000?%(other)d,*"}
"""


def limits_kept(wish, levels):
    """levels: of each, by its number, the hosts that go down. Sentences."""
    seen = False
    for n, hosts in sorted(levels.items()):
        racks = [h % wish['racks'] for h in hosts]
        ends = {h % 10 for h in hosts}
        birds = [h for h in hosts if h // 10 == wish['bird']]
        if len(hosts) > wish['most']:
            yield '%d hosts on level %d' % (len(hosts), n)
        if max(racks.count(k) for k in racks) > wish['rack']:
            yield 'level %d: racks %s' % (n, racks)
        if racks.count(0) > wish['first']:
            yield 'level %d: racks %s, the first too often' % (n, racks)
        if birds and not seen and len(hosts) > 1:
            yield 'the canary goes with others on level %d' % n
        seen = seen or bool(birds)
        if {wish['one'], wish['other']} <= ends:
            yield 'level %d: %s are not apart' % (n, hosts)


def spoil_limits(case, r, wish, levels):
    """One host more on a level: the proof says so if that is not wished, and
    says nothing of wishes if it is."""
    if len(levels) < 2:
        return
    source, to = r.sample(sorted(levels), 2)
    host = r.choice(levels[source])
    moved = {n: [h for h in hosts if h != host] + [host] * (n == to)
             for n, hosts in levels.items()}
    with open(case.path('waves.xml')) as f:
        text = f.read()
    text, n = re.subn(r'(<upgradeProcedure safSmfProcedure="[^"]*Modify[^"]*'
                      r'blade-%05d" saSmfExecLevel=)"\d+"' % host,
                      r'\1"%d"' % to, text)
    if n != 1:
        raise Failure('%d procedures of host %d' % (n, host))
    with open(case.path('moved.xml'), 'w') as f:
        f.write(text)
    said = case.proof('moved.xml')
    wrong = list(limits_kept(wish, {n: v for n, v in moved.items() if v}))
    if not said if wrong else 'R022' in said:
        raise Failure('host %d moved to level %d, %s, but the proof says %s'
                      % (host, to, wrong or 'as is wished', said or 'yes'))
    return 'R022' in said


def limited(case, seed, thorough):
    """What the section waves wishes is kept, with as few waves as need be."""
    r = random.Random('run limited %d' % seed)
    hosts = r.randint(6, 30)
    wish = {'racks': r.randint(5, 9), 'most': r.randint(2, 8),
            'rack': r.randint(1, 3), 'first': r.randint(1, 2),
            'bird': r.randrange((hosts + 9) // 10)}
    wish['one'], wish['other'] = r.sample(range(min(hosts, 10)), 2)
    gen_fleet.generate(Args(
        hosts=hosts, vms=r.randint(1, 4), sponsors=r.randint(2, 4),
        redundancy=2, add=0, remove=0, seed=seed, racks=wish['racks'],
        outdir=case.dir))
    with open(case.path('policy.yaml'), 'w') as f:
        f.write(LIMITS % wish)
    w = case.waves_by_policy()
    if w.returncode:
        raise Failure('refused: ' + errors(w.err))
    case.proven('waves.xml')
    *_, k = case.both_ways()
    levels = {}
    for p in k.camp.procedures:
        down = re.search(r'blade-(\d+)', p.name)
        if down and 'Modify' in p.name:
            levels.setdefault(int(p.level), []).append(int(down[1]))
    if sorted(sum(levels.values(), [])) != list(range(hosts)):
        raise Failure('not every host goes down once: %s' % levels)
    for wrong in limits_kept(wish, levels):
        raise Failure(wrong)
    for turn in range(4):
        spoil_limits(case, r, wish, levels)
    bound = int(k.camp.bound)
    if not -(-hosts // wish['most']) <= bound <= len(levels):
        raise Failure('%d waves, bound %d' % (len(levels), bound))
    if len(levels) > 2 * bound + 2:
        raise Failure('%d waves are many, bound %d' % (len(levels), bound))


WINDOWS = """timeouts:
%s  - {max: 1s}
waves:
  - {match: "*", window: 10m}
  - {match: "*blade-00001,*", window: 1s}
"""


def wish_windows(case, r, hosts):
    """Some hosts are slow, one can never be quick enough."""
    slow = r.sample(range(hosts), hosts // 3)
    with open(case.path('policy.yaml'), 'a') as f:
        f.write(WINDOWS % ''.join('  - {match: "*blade-%05d,*", max: 5m}\n'
                                  % h for h in slow))


def keeps_windows(case):
    """No wave is too long for one that could have kept its window."""
    spans = {}
    with open(case.path('waves.xml')) as f:
        text = f.read()
    for level, body in re.findall(
            r'<upgradeProcedure [^>]*saSmfExecLevel="(\d+)"(.*?)'
            r'</upgradeProcedure>', text, re.S):
        time = int(re.search(r'saSmfProcPeriod="(\d+)"', body)[1])
        window = 10 ** 9 if 'blade-00001,' in body else 600 * 10 ** 9
        spans.setdefault(level, []).append((time, window))
    for level, wave in spans.items():
        longest = max(t for t, _ in wave)
        if min(t for t, _ in wave) == 0:
            raise Failure('level %s has no time' % level)
        for time, window in wave:
            if time <= window < longest:
                raise Failure('level %s takes %d, but one would keep %d'
                              % (level, longest, window))


def wish_phases(case, r, hosts):
    """Hosts in three phases, some in none; the phase of each, from 0."""
    of = [r.randrange(4) for h in range(hosts)]
    with open(case.path('policy.yaml'), 'a') as f:
        f.write('waves:\n')
        for name in range(3):
            for h in range(hosts):
                if of[h] == name:
                    f.write('  - {phase: p%d, match: "*blade-%05d,*", '
                            'gate: %s}\n' % (name, h, ['false', 'true'][
                                name > 0]))
    return of


def keeps_phases(case, of):
    """Phases come in their order, and gates where one begins."""
    with open(case.path('waves.xml')) as f:
        text = f.read()
    now, level, gated = 0, -1, set()
    for number, body in re.findall(
            r'<upgradeProcedure [^>]*saSmfExecLevel="(\d+)"(.*?)'
            r'</upgradeProcedure>', text, re.S):
        hosts = re.findall(r'<byName objectDN="safEE=HostOS,safHE='
                           r'blade-(\d+),', body)
        if not hosts:
            continue
        phase = of[int(hosts[0])]
        name = re.search(r'cg:phase="(.*?)"', body)
        if (name and name[1]) != ('p%d' % phase if phase < 3 else None):
            raise Failure('phase %s of blade %s' % (name, hosts[0]))
        gates = re.findall(r'callbackLabel="gate:(.*?)"', body)
        if phase < now or (phase > now and int(number) == level):
            raise Failure('phase %d on level %s' % (phase, number))
        begins = phase not in gated and 0 < phase < 3
        if gates != (['p%d' % phase] if begins else []):
            raise Failure('gates %s of blade %s' % (gates, hosts[0]))
        now, level = phase, int(number)
        gated.add(phase)


def tight(case, seed, thorough):
    """Little room: VMs that stay always find some, few of them move twice, and
    there is at most one wave more than there must be."""
    r = random.Random('run tight %d' % seed)
    hosts = r.randint(8, 24)
    shift = seed % 3 == 0
    a = Args(hosts=hosts, vms=8, sponsors=4 if shift else 8, redundancy=2,
             add=0, remove=0, stay=50 if shift else r.choice([100, 100, 50]),
             home_first=True, room=10, shift=30 * shift, seed=seed,
             outdir=case.dir)
    gen_fleet.generate(a)
    if seed % 2 == 0:
        wish_windows(case, r, hosts)
    of = wish_phases(case, r, hosts) if seed % 4 == 1 else None
    w = case.waves_by_policy()
    if w.returncode:
        raise Failure('refused: ' + errors(w.err))
    if seed % 2 == 0:
        keeps_windows(case)
    if of:
        keeps_phases(case, of)
    case.proven('waves.xml')
    for k in case.both_ways(a.room):
        stay = hosts * 8 * a.stay // 100
        # Phases and other sponsors leave less choice of where to go.
        if k.migrations > (1.75 if shift or of else 1.35) * stay:
            raise Failure('%d migrations of %d VMs' % (k.migrations, stay))
    levels = len({p.level for p in k.camp.procedures})
    free = seed % 2 == 1 and not shift and not of
    if free and levels > int(k.camp.bound) + 1:
        raise Failure('%d waves, bound %s' % (levels, k.camp.bound))
    if shift and k.moves_at_end == 0:
        raise Failure('no VM leaves a sponsor at the end')
    one_by_one(case, a.room)


def one_by_one(case, room):
    """Room counts as well where one host goes after the other."""
    src, tgt = case.path('source.xml'), case.path('target.xml')
    out = case.path('sequential.xml')
    w = case.call(src, tgt, '-p', case.path('policy.yaml'), '-o', out)
    if w.returncode:
        raise Failure('refused, one by one: ' + errors(w.err))
    case.proven('sequential.xml')
    found = waves.WaveChecker(*waves.load(src, tgt, out),
                              waves.TURNS['forwards'], room).run()
    if found:
        raise Failure('one by one: %s %s "%s": %s' % tuple(found[0]))


def odd(case, seed, thorough):
    """Few hosts of different size: at most a wave more than would do, no host
    with more VMs than fit, and refused only where one has nowhere to go."""
    o = gen_odd.Odd(seed)
    o.write(case.dir)
    w = case.waves_by_policy()
    best = o.fewest()
    if best is None or w.returncode:
        if best is None and w.returncode == 1 and 'nowhere to go' in w.err:
            return
        raise Failure('exit %d, fewest waves %s: %s'
                      % (w.returncode, best, errors(w.err)))
    room = {gen_fleet.vmm_dn(h): n for h, n in enumerate(o.room)}
    *_, k = case.both_ways(room)
    got = len({p.level for p in k.camp.procedures})
    if not int(k.camp.bound) <= best <= got <= best + 1:
        raise Failure('%d waves (bound %s), but %d would do'
                      % (got, k.camp.bound, best))


def one(job):
    """Runs one case; (name, None or what went wrong)."""
    kind, seed, campgen, folder, schema, thorough = job
    name = '%s %d' % (kind, seed)
    folder = os.path.join(folder, '%s-%d' % (kind, seed))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        {'hard': hard, 'fleet': fleet, 'tiny': tiny, 'tight': tight,
         'odd': odd, 'limited': limited}[kind](
            Case(campgen, folder, schema), seed, thorough)
    except Failure as e:
        return name, 'SEED=%d (%s): %s' % (seed, folder, e)
    except subprocess.TimeoutExpired:
        return name, 'SEED=%d (%s): no end after %d s' % (seed, folder,
                                                          TIMEOUT)
    except Exception:
        return name, 'SEED=%d (%s): %s' % (seed, folder,
                                           traceback.format_exc())
    shutil.rmtree(folder)
    return name, None


def script(name, *args):
    """Another test script; its counts, its text."""
    r = subprocess.run([sys.executable, os.path.join(HERE, name)] +
                       list(args), capture_output=True, text=True)
    m = re.search(r'(\d+) passed, (\d+) failed', r.stdout)
    text = re.sub(r'\d+ passed, \d+ failed\n?', '', r.stdout) + r.stderr
    if not m:
        return 0, 1, 'FAILED %s: %s' % (name, text)
    return int(m.group(1)), int(m.group(2)), text


def arguments():
    build = os.environ.get('BUILD') or 'build'
    p = argparse.ArgumentParser(description='run the property tests')
    p.add_argument('--campgen', default=os.path.join(build, 'campgen'))
    p.add_argument('--seeds')
    p.add_argument('--fleets', type=int)
    p.add_argument('--jobs', type=int, default=2)
    p.add_argument('--only', choices=['hard', 'fleet', 'tiny', 'limited',
                                      'tight', 'odd', 'broken', 'checker',
                                      'each', 'mutate',
                                      'prove', 'meet', 'rolling', 'why',
                                      'numbers', 'best'])
    p.add_argument('--keep', default=os.path.join(build, 'prop'))
    a = p.parse_args()
    if a.seeds:
        first, _, last = a.seeds.partition('..')
        a.range = range(int(first), int(last or first) + 1)
    elif os.environ.get('SEED'):
        a.range = range(int(os.environ['SEED']), int(os.environ['SEED']) + 1)
    else:
        a.range = range(1, int(os.environ.get('CASES') or 40) + 1)
    if a.fleets is None:
        a.fleets = 1 + len(a.range) // 8
    a.campgen = os.path.abspath(a.campgen)
    a.keep = os.path.abspath(a.keep)
    return a


def main():
    a = arguments()
    part = os.environ.get('T') or ''
    schema = os.path.join(HERE, '..', '..', 'grammar', 'schema',
                          'campaign.xsd')
    if not os.path.exists(schema) or not shutil.which('xmllint'):
        schema = None
    passed = failed = 0
    for name, kind, more in (('test_check.py', 'checker', ()),
                             ('broken.py', 'broken',
                              ('--campgen', a.campgen)),
                             ('each_fails.py', 'each', (
                                 '--bin', os.path.dirname(a.campgen))),
                             ('mutate.py', 'mutate', (
                                 '--bin', os.path.dirname(a.campgen),
                                 '--jobs', str(a.jobs))),
                             ('prove.py', 'prove', ('--bin', os.path.dirname(
                                 a.campgen), '--jobs', str(a.jobs))),
                             ('interleave.py', 'meet', ('--bin',
                                 os.path.dirname(a.campgen))),
                             ('rolling.py', 'rolling', ('--bin',
                                 os.path.dirname(a.campgen))),
                             ('why_not.py', 'why', ('--bin',
                                 os.path.dirname(a.campgen))),
                             ('numbers.py', 'numbers', ('--bin',
                                 os.path.dirname(a.campgen))),
                             ('best.py', 'best', ('--bin',
                                 os.path.dirname(a.campgen)))):
        if a.only in (None, kind) and part in name:
            p, f, text = script(name, *more)
            passed, failed = passed + p, failed + f
            sys.stdout.write(text)
    few = a.range[:a.fleets]
    jobs = [(kind, s, a.campgen, a.keep, schema, s % 4 == 0 or
             (kind == 'hard' and len(a.range) == 1))
            for kind, seeds in (('hard', a.range), ('fleet', few),
                                ('tiny', few), ('odd', a.range),
                                ('limited', a.range), ('tight', a.range))
            if a.only in (None, kind) for s in seeds]
    jobs = [j for j in jobs if part in '%s %d' % j[:2]]
    with multiprocessing.Pool(a.jobs) as pool:
        for name, wrong in pool.imap(one, jobs):
            if wrong is None:
                passed += 1
            else:
                failed += 1
                print('FAILED %s: %s' % (name, wrong))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
