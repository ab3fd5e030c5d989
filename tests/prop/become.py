#!/usr/bin/env python3
"""M3, M5: what machines can become, on generated models and policies.

become.py [--campgen P] [--seeds A..B]: `campgen options` is asked without
anything being known of the machines, with files of capabilities made at
random, each of them with more added, and with all there can be. Less data must
never offer more. What is offered must compile: the machine alone changed to
that type gives a campaign that changes it by that template, to that place;
and what is told for all to be out must say why.
"""
import copy
import json
import os
import random
import subprocess
import sys
import xml.etree.ElementTree as ET

import gen_morph
import imm
import seeds
from seeds import need

PACKAGES = ['p', 'q', 'x', 'y']
WAYS = ['live', 'save-and-restore']
STATES = ['present', 'available', 'refused', 'unfit']


def some(r, words):
    return r.sample(words, r.randint(0, len(words)))


def machine(r, dn):
    """What somebody may have found in a machine."""
    if r.random() < .15:
        return {'vm': dn, 'authorised': False, 'report': [
            {'action': 'detect', 'of': 'vcpu', 'result': 'refused'}]}
    m = {'vm': dn, 'authorised': True, 'os': {'type': 'linux'},
         'plug': some(r, gen_morph.RESOURCES),
         'unplug': some(r, gen_morph.RESOURCES),
         'migrate': some(r, WAYS), 'unused': some(r, gen_morph.FEATURES),
         'packages': [{'name': p, 'state': r.choice(STATES),
                       'temporary': r.random() < .5,
                       'plug': some(r, gen_morph.RESOURCES),
                       'unplug': some(r, gen_morph.RESOURCES)}
                      for p in some(r, PACKAGES)]}
    for k in list(m):
        if k != 'vm' and r.random() < .2:
            del m[k]
    return m


def more(r, m):
    """The same machine, of which still more is known."""
    x = copy.deepcopy(m)
    x.pop('report', None)
    x['authorised'] = True
    for k, words in (('plug', gen_morph.RESOURCES),
                     ('unplug', gen_morph.RESOURCES), ('migrate', WAYS),
                     ('unused', gen_morph.FEATURES)):
        x[k] = sorted(set(x.get(k, [])) | set(some(r, words)))
    for p in x.get('packages', []):
        if p['state'] in ('refused', 'unfit') and r.random() < .5:
            p['state'] = 'available'
    return x


def everything(dn):
    return {'vm': dn, 'plug': gen_morph.RESOURCES,
            'unplug': gen_morph.RESOURCES, 'migrate': WAYS,
            'unused': gen_morph.FEATURES,
            'packages': [{'name': p, 'state': 'present'} for p in PACKAGES]}


class Case:
    def __init__(self, o, seed, folder):
        self.o, self.folder = o, folder
        self.r = random.Random('become %d' % seed)
        self.pair = gen_morph.make(seed, folder)
        self.vm = sorted(dn for dn, x in self.pair.m[0].objects.items()
                         if 'safDepend=s,' + dn in self.pair.m[0].objects)

    def path(self, name):
        return os.path.join(self.folder, name)

    def call(self, *command):
        return subprocess.run([self.o.campgen] + list(command),
                              capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)

    def options(self, machines=None):
        """{(machine, type): (template, place)}."""
        args = ['options', self.path('source.xml'), '-p',
                self.path('policy.yaml'), '--vm=*', '--format=json',
                '--severity=error']
        if machines is not None:
            with open(self.path('can.json'), 'w') as f:
                json.dump({'capabilities': 1, 'machines': machines}, f)
            args.append('--capabilities=' + self.path('can.json'))
        r = self.call(*args)
        need(r.returncode == 0, 'options ends with %d: %s', r.returncode,
             r.stderr[-500:])
        out, vm, told = {}, None, set()
        for s in json.loads(r.stdout)['statements']:
            if s['kind'] == 'machine':
                vm = s['vm']
                told.add((vm, s['type']))
            elif s['kind'] == 'option':
                out[vm, s['type']] = s['template'], s.get('to')
                told.add((vm, s['type']))
            elif s['kind'] == 'out':
                told.add((vm, s['type']))
            else:
                need(s['reason'], 'out without a reason')
        types = {d for d, x in self.pair.m[0].objects.items()
                 if x.cls == 'SaPlmEEType'}
        need(told == {(v, t) for v in self.vm for t in types},
             'not every machine and type: %d of %d', len(told),
             len(self.vm) * len(types))
        return out


def is_part(less, all_, what):
    need(set(less.items()) <= set(all_.items()), '%s offers more: %s', what,
         sorted(set(less.items()) - set(all_.items()))[:2])


def compiles(case, vm, type_, template, to):
    """The machine alone becomes that."""
    m = imm.read(case.path('source.xml'))
    m.objects[vm].attrs['saPlmEEType'] = [type_]
    imm.write(m, case.path('one.xml'))
    out = case.path('one-campaign.xml')
    r = case.call(case.path('source.xml'), case.path('one.xml'), '-p',
                  case.path('policy.yaml'), '-o', out, '--severity=error')
    need(r.returncode == 0, '%s cannot become %s, though it is offered: %s',
         vm, type_, r.stderr[-600:])
    ops = [e for e in ET.parse(out).getroot().iter('doAdminOperation')
           if e.get('operationID') == 'CG_PLM_ADMIN_MORPH']
    need(len(ops) == 1 and ops[0].get('objectDN') == vm, 'no morph of %s', vm)
    p = {x.get('name'): x.find('value').text for x in ops[0]}
    need(p.get('to') == to and p['to-type'] == type_,
         '%s goes to %s, not %s', vm, p.get('to'), to)


def one(o, seed, folder):
    case = Case(o, seed, folder)
    nothing = case.options()
    is_part(nothing, case.options([]), 'nothing known')
    best = case.options([everything(dn) for dn in case.vm])
    for _ in range(3):
        data = [machine(case.r, dn) for dn in case.vm
                if case.r.random() < .9]
        got = case.options(data)
        is_part(nothing, got, 'nothing known')
        is_part(got, best, 'something known')
        is_part(got, case.options([more(case.r, m) for m in data]), 'less')
    for (vm, type_), (template, to) in sorted(best.items())[:6]:
        compiles(case, vm, type_, template, to)
        o.compiled += 1
    o.offered += len(best)
    o.always += len(nothing)
    return True


def main():
    o = seeds.parser(__doc__, ('campgen',), '1..12').parse_args()
    if not seeds.wanted('become'):
        return 0
    seeds.as_asked(o)
    o.offered = o.always = o.compiled = 0
    passed, failed = seeds.each('become', one, o)
    if passed + failed > 5 and o.compiled == 0:
        failed += 1
        print('FAILED become: nothing was ever offered')
    if o.verbose:
        print('%d offered with everything, %d with nothing, %d compiled' % (
            o.offered, o.always, o.compiled))
    return seeds.total(passed, failed)


if __name__ == '__main__':
    sys.exit(main())
