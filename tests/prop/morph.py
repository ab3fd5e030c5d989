#!/usr/bin/env python3
"""M1, M2, M4, M7: machines that change while they run, on generated pairs.

morph.py [--campgen P] [--camprun P] [--seeds A..B]: each pair is compiled,
one procedure a level and in waves. What the campaign says is told a second
time from models and policy: which machine changes by which template, what is
unplugged and plugged and by how much, in which order, where it may go, and
that each part is undone by its opposite. It is proven, carried out, rolled
back, and carried out with each kind of action failing: then the machine must
be what it was, and the rest go on. Spoilt templates must be found.
"""
import collections
import copy
import functools
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import check
import gen_morph
import imm
import kill
import seeds
from seeds import need

OPPOSITE = {'PLUG': 'UNPLUG', 'UNPLUG': 'PLUG', 'MORPH': 'MORPH',
            'AUGMENT': 'WITHDRAW', 'WITHDRAW': 'AUGMENT'}
MAY_FAIL = {'P033', 'P012', 'P001', 'P002', 'P003', 'P004'}


class Case:
    def __init__(self, o, seed, folder):
        self.o, self.folder = o, folder
        self.pair = gen_morph.make(seed, folder)
        self.source, self.target = self.pair.m
        self.seed = seed

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *command):
        return subprocess.run(command, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def campgen(self, policy, *more):
        """The codes of its errors; None: it wrote a campaign."""
        out = self.path('campaign.xml')
        if os.path.exists(out):
            os.unlink(out)
        r = self.call(self.o.campgen, self.path('source.xml'),
                      self.path('target.xml'), '-p', self.path(policy), '-o',
                      out, '--diag=json', *more)
        need(r.returncode in (0, 1), 'campgen ends with %d: %s',
             r.returncode, r.stderr[-500:])
        if r.returncode == 0:
            return None
        need(not os.path.exists(out), 'refused, but there is a campaign')
        found = [json.loads(x) for x in r.stderr.splitlines()
                 if x.startswith('{')]
        return {x['code'] for x in found if x.get('level') == 'error' or
                x.get('severity') == 'error'} or {r.stderr[-300:]}

    def camprun(self, word, *more, may=(0,)):
        args = [self.o.camprun, word, '--state', self.path('state'), '--yes']
        if word == 'run':
            shutil.rmtree(self.path('state'), ignore_errors=True)
            args += [self.path('campaign.xml'), '--source',
                     self.path('source.xml'), '--driver=sim', '-p',
                     self.path('policy.yaml')]
        r = self.call(*args, *more)
        need(r.returncode in may, '%s %s ends with %d: %s', word, more,
             r.returncode, r.stderr[-700:])
        return r.returncode

    def is_model(self, want):
        diff = list(imm.differences(self.now(), want))
        need(not diff, 'the model is another: %s', diff[:3])

    def now(self):
        text = self.call(self.o.camprun, 'model', '--state',
                         self.path('state')).stdout
        with open(self.path('now.xml'), 'w') as f:
            f.write(text)
        return imm.read(self.path('now.xml'))


# --- what the campaign should say ---

def fits(pattern, dn):
    """* is any run of characters; these patterns have it at the end."""
    return dn.startswith(pattern[:-1]) if pattern.endswith('*') else \
        dn == pattern


def template_of(case, dn):
    a, b = case.pair.change[dn]
    return next((t for t in case.pair.policy['templates']
                 if fits(t['match'], dn) and t['from'] == a and
                 t['to'] == b), None)


def wanted(case, dn, t):
    """The parts of a machine's life, in their order."""
    has = {c['type']: c for c in case.pair.policy['classes']}
    a, b = has[t['from']], has[t['to']]
    out = [('AUGMENT', p) for p in
           t.get('augment', []) + t.get('augment-for-now', [])]

    def point(p):
        if p in t.get('call', []):
            out.append(('call', 'morph:%s:%s' % (t['name'], p)))
        if t.get(p):
            out.append(('run', ' '.join(t[p]),
                        ' '.join(t['undo-' + p])))

    def resources(word, key):
        for k in t.get(key, []):
            out.append((word, k, str(a['resources'][k]),
                        str(b['resources'][k])))
    point('pre-migration')
    resources('UNPLUG', 'hot-unplug')
    out.append(('MORPH', t.get('migration', 'none')))
    out.append(('type', t['to']))
    point('mid-migration')
    resources('PLUG', 'hot-plug')
    point('post-migration')
    out += [('WITHDRAW', p) for p in reversed(t.get('augment-for-now', []))]
    return out


def params(e):
    out = collections.defaultdict(list)
    for p in e.findall('param'):
        out[p.get('name')].append(p.find('value').text)
    return out


def operation(case, dn, t, e, undo):
    word = e.get('operationID')[len('CG_PLM_ADMIN_'):]
    p, u = params(e), params(undo)
    need(e.get('objectDN') == dn and undo.get('objectDN') == dn,
         'an operation on %s', e.get('objectDN'))
    need(undo.get('operationID') == 'CG_PLM_ADMIN_' + OPPOSITE[word],
         '%s is undone by %s', word, undo.get('operationID'))
    if word in ('AUGMENT', 'WITHDRAW'):
        need(p == u, 'another package is taken back')
        return word, p['package'][0]
    if word != 'MORPH':
        need(p['resource'] == u['resource'] and p['from'] == u['to'] and
             p['to'] == u['from'], 'undone by something else: %s', dict(u))
        return word, p['resource'][0], p['from'][0], p['to'][0]
    need(p['from-type'] == [t['from']] == u['to-type'] and
         p['to-type'] == [t['to']] == u['from-type'], 'other types')
    for k in ('emulate', 'expose', 'hide'):
        need(p[k] == t.get(k, []) == u[k], '%s says %s', k, p[k])
    place(case, dn, t, p['to'])
    return word, p['migration'][0]


def place(case, dn, t, to):
    """Somewhere else, among the target's sponsors, and there by then."""
    if t.get('migration', 'none') == 'none':
        need(to == [], 'it stays, but goes to %s', to)
        return
    s, g = (m.objects['safDepend=s,' + dn].all('saPlmDepNames')
            for m in (case.source, case.target))
    need(len(to) == 1 and to[0] in g and to[0] != s[0],
         '%s goes to %s', dn, to)


def told(case, dn, t, p):
    out = []
    for a in p.findall('procInitAction'):
        kind = a[0].tag
        if kind == 'doAdminOperation':
            out.append(operation(case, dn, t, a[0], a[1]))
        elif kind == 'callback':
            out.append(('call', a[0].get('callbackLabel')))
        elif kind == 'doCliCommand':
            need(a[2].get('plmExecEnviron') == dn, 'runs elsewhere')
            out.append(('run',) + tuple(
                ' '.join(filter(None, (x.get('command'), x.get('args'))))
                for x in a[:2]))
        else:
            out += [('type', v.text) for m in a.iter('modify') if
                    m.get('objectDN') == dn for v in m.iter('value')]
    return out


def judge(case):
    root = ET.parse(case.path('campaign.xml')).getroot()
    by = collections.defaultdict(list)
    level = []
    for p in root.findall('upgradeProcedure'):
        for dn in {x.get('objectDN') for x in
                   p.findall('procInitAction/doAdminOperation')}:
            by[dn].append(p)
        if p.findall('procInitAction/doAdminOperation'):
            level.append(p.get('saSmfExecLevel'))
            need(not p.findall('.//actedOn'), 'it acts on something')
    need(len(set(level)) == len(level), 'several at once')
    n = 0
    for dn in sorted(set(by) | set(case.pair.change)):
        t = template_of(case, dn) if dn in case.pair.change else None
        need((t is not None) == (len(by[dn]) == 1) and len(by[dn]) < 2,
             '%s: %d procedures, template %s', dn, len(by[dn]), t)
        if t is None:
            continue
        want, got = wanted(case, dn, t), told(case, dn, t, by[dn][0])
        need(want == got, '%s: %s, not %s', dn, got, want)
        n += 1
    found = check.check(case.path('source.xml'), case.path('target.xml'),
                        case.path('campaign.xml'))[0]
    need(not found, 'the checker: %s', found[:3])
    return n


# --- carrying it out ---

def failing(case):
    """Each verb of a morph fails once (it is tried again), and for good."""
    events = [json.loads(x) for x in open(case.path('events'))]
    seen, some = set(), []
    for e in events:
        if e['result'] == 'ok' and e['action'] in (
                'plug', 'unplug', 'morph', 'augment', 'withdraw',
                'command') and e['action'] not in seen:
            seen.add(e['action'])
            some.append(e)
    for e in some:
        order = '%s:%s' % (e['action'], e['entity'])
        case.camprun('run', '--fail=%s:1' % order)
        case.is_model(case.target)
        case.camprun('run', '--fail=%s:2' % order, may=(4,))
        now = case.now().objects[e['entity']]
        old = case.source.objects[e['entity']]
        need(now.get('saPlmEEType') == old.get('saPlmEEType'),
             '%s failed: %s is not what it was', order, e['entity'])
        if case.pair.r.random() < .5:
            case.camprun('resume')
            case.is_model(case.target)
        case.camprun('rollback')
        case.is_model(case.source)
        case.o.failures += 2


def carry_out(case):
    r = case.call(case.o.camprun, 'prove', case.path('campaign.xml'),
                  '--source', case.path('source.xml'), '--target',
                  case.path('target.xml'), '-p', case.path('policy.yaml'))
    need(r.returncode == 0, 'is not proven: %s', r.stderr[-800:])
    case.camprun('run', '--events=' + case.path('events'))
    case.is_model(case.target)
    case.camprun('rollback')
    case.is_model(case.source)
    failing(case)
    killed(case)
    spoil_campaign(case)


def killed(case):
    """A run that is killed, and killed again, goes on where it was."""
    command = kill.begin(case.o, case.folder, case.path('campaign.xml'),
                         case.path('source.xml'))
    shutil.rmtree(case.path('state'), ignore_errors=True)
    if os.path.exists(case.path('events')):
        os.unlink(case.path('events'))
    for _ in range(6):
        if not kill.killed(command + ['--events=' + case.path('events')],
                           case.pair.r.uniform(0, .02)):
            break
        case.o.kills += 1
        if os.path.exists(case.path('state')):
            command = kill.resume(case.o, case.folder)
    if not os.path.exists(case.path('state')):
        return
    case.camprun('resume', '--events=' + case.path('events'))
    case.is_model(case.target)
    if os.path.exists(case.path('events')):
        need(kill.ended_twice(case.folder) is None, 'an action ended twice')
    case.camprun('rollback')
    case.is_model(case.source)


# --- spoiling a campaign ---

def operations(root, *words):
    """Each with the list of actions it is in, and its place there."""
    for p in root.findall('upgradeProcedure'):
        for i, a in enumerate(p):
            if a.tag == 'procInitAction' and a[0].tag == 'doAdminOperation' \
                    and a[0].get('operationID')[13:] in words:
                yield p, i, a


def param(op, name):
    return next((p.find('value') for p in op.findall('param')
                 if p.get('name') == name), None)


def no_morph(root, case):
    for p, i, a in operations(root, 'MORPH'):
        p.remove(a)
        return True


def twice(root, case):
    for p, i, a in operations(root, 'MORPH'):
        p.insert(i, copy.deepcopy(a))
        return True


def no_undo(root, case):
    for p, i, a in operations(root, 'PLUG', 'UNPLUG', 'AUGMENT', 'MORPH'):
        a[1].attrib.clear()
        a[1][:] = []
        a[1].set('operationID', '')
        a[1].set('objectDN', a[0].get('objectDN'))
        return True


def wrong_undo(root, case):
    for p, i, a in operations(root, 'PLUG', 'UNPLUG'):
        param(a[1], 'to').text = '77'
        return True


def other_undo(root, case):
    for p, i, a in operations(root, 'PLUG', 'UNPLUG'):
        a[1].set('operationID', a[0].get('operationID'))
        return True


def wrong_way(root, case):
    for p, i, a in operations(root, 'PLUG', 'UNPLUG'):
        for op in a:
            x, y = param(op, 'from'), param(op, 'to')
            x.text, y.text = y.text, x.text
        return True


def no_sponsor(root, case):
    for p, i, a in operations(root, 'MORPH'):
        to = param(a[0], 'to')
        if to is not None:
            to.text = a[0].get('objectDN')
            return True


def too_early(root, case):
    """The model says what the machine is not yet."""
    for p, i, a in operations(root, 'MORPH'):
        ccb = next(x for x in p if x.tag == 'procInitAction' and any(
            m.get('objectDN') == a[0].get('objectDN')
            for m in x.iter('modify')))
        p.remove(ccb)
        p.insert(i, ccb)
        return True


def out_of_turn(root, case):
    """What comes before the machine morphs comes after it, or the reverse."""
    for p, i, a in operations(root, 'PLUG', 'UNPLUG', 'AUGMENT', 'WITHDRAW'):
        at = next(k for q, k, m in operations(root, 'MORPH') if q is p)
        p.remove(a)
        p.insert(at, a)
        return True


def again(root, case):
    """What is plugged or unplugged is so once more."""
    for p, i, a in operations(root, 'PLUG', 'UNPLUG'):
        p.insert(i, copy.deepcopy(a))
        return True


def other_amounts(root, case):
    for p, i, a in operations(root, 'PLUG', 'UNPLUG'):
        more = str(int(param(a[0], 'from').text) + int(
            param(a[0], 'to').text))
        way = a[0].get('operationID').endswith('UNPLUG')
        param(a[0], 'from' if way else 'to').text = more
        param(a[1], 'to' if way else 'from').text = more
        return True


def other_feature(root, case):
    for p, i, a in operations(root, 'MORPH'):
        for word in 'emulate', 'expose', 'hide':
            for op in a:
                if param(op, word) is not None:
                    param(op, word).text = 'nothing-of-this'
                    return True


def left_out(root, case, which):
    """One of the operations, callbacks and programs around the change."""
    n = 0
    for p in root.findall('upgradeProcedure'):
        morphs = any(q is p for q, i, a in operations(root, 'MORPH'))
        for a in p.findall('procInitAction') if morphs else []:
            if a[0].tag == 'immCCB' or a[0].get('operationID', '').endswith(
                    '_MORPH'):
                continue
            if n == which:
                p.remove(a)
                return True
            n += 1


SPOILT = {no_morph: {'R008'}, out_of_turn: {'R008'}, twice: {'R006'}, no_undo: {'R003', 'R012'},
          wrong_undo: {'R003'}, other_undo: {'R003'}, wrong_way: {'R006', 'R019'},
          no_sponsor: {'R006'}, too_early: {'R008'}, again: {'R019'},
          other_amounts: {'R019'}, other_feature: {'R019'}}


def spoil_campaign(case):
    spoilers = list(SPOILT.items())
    for which in range(100):
        spoilers.append((functools.partial(left_out, which=which), {'R019'}))
    for f, codes in spoilers:
        root = ET.parse(case.path('campaign.xml')).getroot()
        if not f(root, case):
            if isinstance(f, functools.partial):
                break
            continue
        ET.ElementTree(root).write(case.path('spoilt.xml'))
        r = case.call(case.o.camprun, 'prove', case.path('spoilt.xml'),
                      '--source', case.path('source.xml'), '--target',
                      case.path('target.xml'), '-p',
                      case.path('policy.yaml'), '--diag=json')
        said = {json.loads(x).get('code') for x in r.stderr.splitlines()
                if x.startswith('{')}
        need(r.returncode == 1 and said & codes, '%s: exit %d, %s',
             f, r.returncode, r.stderr[-500:])
        case.o.spoilt += 1


# --- spoiling a template ---

def spoils(t, has):
    """Ways to spoil a template, and what must be said."""
    a, b = has[t['from']], has[t['to']]
    same = [k for k in gen_morph.RESOURCES
            if a['resources'][k] == b['resources'][k]]
    out = []

    def change(code, **keys):
        x = copy.deepcopy(t)
        for k, v in keys.items():
            x[k.replace('_', '-')] = v
        out.append((code, x))
    for key in ('hot-plug', 'hot-unplug'):
        if t.get(key):
            change('P030', **{key.replace('-', '_'): t[key][1:]})
        if same:
            change('P030', **{key.replace('-', '_'):
                              t.get(key, []) + same[:1]})
    change('P030', emulate=['no-such-thing'])
    if a['features']:
        old = [f for f in a['features'] if f not in t.get('hide', [])]
        if old:
            change('P030', expose=t.get('expose', []) + old[:1])
    change('S508', hot_plug=['vpcu'])
    change('S507', pre_migration=['/bin/do'], undo_pre_migration=None)
    change('S504', post_migration=['do'], undo_post_migration=[])
    change('S515', migration='lively')
    change('S515', call=['pre-migratoin'])
    change('S502', hot_plugg=[])
    change('S503', expose=['video'], hide=['video'])
    return out


def spoil(case):
    policy = case.pair.policy
    has = {c['type']: c for c in policy['classes']}
    used = [t for t in policy['templates'] if any(
        template_of(case, dn) is t for dn in case.pair.change)]
    if not used:
        return
    t = case.pair.r.choice(used)
    i = policy['templates'].index(t)
    for code, x in spoils(t, has):
        p = copy.deepcopy(policy)
        p['templates'][i] = {k: v for k, v in x.items() if v is not None}
        with open(case.path('spoilt.yaml'), 'w') as f:
            json.dump(p, f)
        codes = case.campgen('spoilt.yaml')
        need(codes is not None and code in codes, 'a spoilt template is '
             'taken: %s gives %s, not %s', x, codes, code)
        case.o.spoilt += 1
    p = copy.deepcopy(policy)
    p['classes'] = [c for c in p['classes'] if c['type'] != t['to']]
    with open(case.path('spoilt.yaml'), 'w') as f:
        json.dump(p, f)
    codes = case.campgen('spoilt.yaml')
    need(codes is not None and 'P031' in codes, 'no class, but %s', codes)


# --- all of it ---

def one(o, seed, folder):
    case = Case(o, seed, folder)
    done = False
    for more in ([], ['--schedule=waves']):
        codes = case.campgen('policy.yaml', *more)
        if codes is not None:
            need(codes <= MAY_FAIL, 'refused: %s', codes)
            o.refused += 1
            continue
        if not case.pair.change:
            continue
        if not os.path.exists(case.path('campaign.xml')):
            continue
        o.morphs += judge(case)
        carry_out(case)
        done = True
    spoil(case)
    return done


def main():
    o = seeds.parser(__doc__, ('campgen', 'camprun'), '1..12').parse_args()
    if not seeds.wanted('morph'):
        return 0
    seeds.as_asked(o)
    o.morphs = o.failures = o.spoilt = o.refused = o.kills = 0
    passed, failed = seeds.each('morph', one, o)
    if passed + failed > 5 and (o.morphs == 0 or o.spoilt == 0):
        failed += 1
        print('FAILED morph: nothing was tried')
    if o.verbose:
        print('%d morphs, %d failures, %d kills, %d spoilt, %d refused' % (
            o.morphs, o.failures, o.kills, o.spoilt, o.refused))
    return seeds.total(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
