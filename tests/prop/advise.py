#!/usr/bin/env python3
"""Advice is right, and never makes a cluster worse (R1-R4).

    advise.py [--bin DIR] [--seeds A..B] [--keep DIR]

Small clusters are drawn with classes, replicas, room that is tight or not, and
measurements in one of five formats. What `campgen advise` writes is judged by
a program that shares nothing with it: advised classes carry the exact
percentile with its headroom, nobody gets less of what was not measured, no
host holds more than it can, and whoever had a place when a fault domain failed
still has one, all ways of placing tried. The advised target is compiled,
proven, and run on the simulated cluster.

Environment: BUILD, SEED, CASES as of all tests. A failure prints SEED=n.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from datetime import datetime, timezone

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
RES = ['cpu', 'memory', 'io']
START, STEP = 1793491200, 600
FORMATS = ['rows', 'lines', 'prometheus', 'domstats', 'sadf']


class Failure(Exception):
    pass


def need(condition, *why):
    if not condition:
        raise Failure(' '.join(str(w) for w in why))


# --- clusters ---

class Cluster:
    def __init__(self, seed):
        r = self.r = random.Random('advise %d' % seed)
        self.hosts = list(range(r.randint(2, 6)))
        self.vms = list(range(r.randint(1, 7)))
        self.classes = []
        for i in range(r.randint(2, 8)):
            self.classes.append({
                'type': 'safVersion=%d,safEEType=guest' % i,
                'has': {'cpu': r.randint(1, 8), 'memory': r.choice(
                    [512, 1024, 2048, 4096]), 'io': r.choice([100, 1000])},
                'features': r.sample(['hardened', 'gpu'], r.choice(
                    [0, 0, 1, 2, 2])),
                'price': r.choice([None] + list(range(10, 100, 9)))})
        self.of = [r.randrange(len(self.classes)) for _ in self.vms]
        self.on, self.pairs = [], []
        for v in self.vms:
            self.on.append(r.sample(self.hosts, r.choice(
                [2, 2, 2, min(3, len(self.hosts)), len(self.hosts)])))
        left = list(self.vms)
        while len(left) > 1 and r.random() < 0.9:
            a, b = left.pop(0), left.pop(0)
            if self.on[a][0] != self.on[b][0]:
                self.pairs.append((a, b))
        slack = [r.choice([0, 1, 2, 6]) for _ in self.hosts]
        self.cap = {h: {k: sum(self.has(v, k) for v in self.vms
                               if self.on[v][0] == h)
                        + slack[h] * max(c['has'][k] for c in self.classes)
                        for k in RES} for h in self.hosts}
        self.features = r.choice([None, None, [], ['hardened']])
        self.percentile, self.headroom = r.choice([50, 95]), r.choice([0, 20])
        self.gain = r.choice([0, 10])
        self.instances = r.random() < 0.5
        self.format = r.choice(FORMATS)
        self.measured = {}
        for v in self.vms:
            for k in RES:
                if r.random() < 0.15:
                    continue
                most = self.has(v, k) * r.choice([0.1, 0.3, 0.6, 1.3])
                n = r.choice([230, 230, 230, 40])
                self.measured[v, k] = [round(r.random() * most, 3)
                                       for _ in range(n)]

    def has(self, v, k):
        return self.classes[self.of[v]]['has'][k]

    def wants(self, v):
        """Features of the policy, else those of the class."""
        return self.classes[self.of[v]]['features'] \
            if self.features is None else self.features

    def use(self, v, k):
        """The percentile; None: it was not measured."""
        values = sorted(self.measured.get((v, k), []))
        rank = -(-len(values) * self.percentile // 100)
        return values[rank - 1] if values else None

    def least(self, v, k):
        """What it must have; None: nothing is known."""
        n = len(self.measured.get((v, k), []))
        if n < 200 if self.percentile == 95 else n < 20:
            return None
        return self.use(v, k) * (100 + self.headroom) / 100


# --- files ---

def dn(kind, n):
    return 'safEE=%s%d,safDomain=d' % (kind, n)


def model(c):
    out = [{'class': 'SaPlmDomain', 'dn': 'safDomain=d'},
           {'class': 'SaPlmEEBaseType', 'dn': 'safEEType=vmm'},
           {'class': 'SaPlmEEBaseType', 'dn': 'safEEType=guest'},
           {'class': 'SaPlmEEType', 'dn': 'safVersion=1,safEEType=vmm'}]
    used = set(c.of)
    out += [{'class': 'SaPlmEEType', 'dn': c.classes[i]['type']}
            for i in sorted(used)]
    out += [{'class': 'SaPlmEE', 'dn': dn('host', h),
             'saPlmEEType': 'safVersion=1,safEEType=vmm'} for h in c.hosts]
    for v in c.vms:
        out += [{'class': 'SaPlmEE', 'dn': dn('vm', v),
                 'saPlmEEType': c.classes[c.of[v]]['type']},
                {'class': 'SaPlmDependency',
                 'dn': 'safDependency=s,' + dn('vm', v),
                 'saPlmDepNames': [dn('host', h) for h in c.on[v]],
                 'saPlmDepMinNumber': '1'},
                {'class': 'SaClmNode', 'dn': 'safNode=n%d,safCluster=c' % v,
                 'saClmNodeEE': dn('vm', v)},
                {'class': 'SaAmfNode', 'dn': 'safAmfNode=a%d,'
                 'safAmfCluster=c' % v,
                 'saAmfNodeClmNode': 'safNode=n%d,safCluster=c' % v}]
    out += [{'class': 'SaClmCluster', 'dn': 'safCluster=c'},
            {'class': 'SaAmfCluster', 'dn': 'safAmfCluster=c'}]
    for i, pair in enumerate(c.pairs):
        app = 'safApp=app%d' % i
        out += [{'class': 'SaAmfApplication', 'dn': app},
                {'class': 'SaAmfSG', 'dn': 'safSg=g,' + app},
                {'class': 'SaAmfSI', 'dn': 'safSi=s,' + app,
                 'saAmfSIProtectedbySG': 'safSg=g,' + app}]
        out += [{'class': 'SaAmfSU', 'dn': 'safSu=u%d,safSg=g,%s' % (v, app),
                 'saAmfSUHostNodeOrNodeGroup':
                 'safAmfNode=a%d,safAmfCluster=c' % v} for v in pair]
    return {'objects': out}


def policy(c):
    out = {'resources': RES, 'classes': [], 'capacity': [
        {'match': dn('host', h), 'resources': c.cap[h]} for h in c.hosts],
        'advise': [{'percentile': c.percentile, 'headroom': c.headroom,
                    'gain': c.gain, 'history': '1h',
                    'instances': c.instances}]}
    if c.features is not None:
        out['advise'][0]['features'] = c.features
    for k in c.classes:
        out['classes'].append({'type': k['type'], 'resources': k['has'],
                               'features': k['features']})
        if k['price'] is not None:
            out['classes'][-1]['price'] = k['price']
    return out


def when(i):
    return datetime.fromtimestamp(START + i * STEP, timezone.utc)


def by_time(c):
    """time index -> [(vm, {resource: value})]"""
    out = {}
    for (v, k), values in c.measured.items():
        for i, x in enumerate(values):
            out.setdefault(i, {}).setdefault(v, {})[k] = x
    return out


def rows(c):
    yield 'vm,time,' + ','.join(RES)
    for i, who in by_time(c).items():
        for v, x in who.items():
            yield '"%s",%s,%s' % (dn('vm', v), when(i).strftime(
                '%Y-%m-%dT%H:%M:%SZ'), ','.join(
                    str(x[k]) if k in x else '' for k in RES))


def lines(c):
    for i, who in by_time(c).items():
        for v, x in who.items():
            yield json.dumps(dict(x, vm='vm%d' % v, time=START + i * STEP))


def prometheus(c):
    yield json.dumps({'status': 'success', 'data': {
        'resultType': 'matrix', 'result': [
            {'metric': {'__name__': k, 'vm': 'vm%d' % v},
             'values': [[START + i * STEP, str(x)]
                        for i, x in enumerate(values)]}
            for (v, k), values in c.measured.items()]}}, indent=1)


def domstats(c):
    """Counters that grow as the measurements say, from the second time on."""
    total = {}
    for i in range(0, 1 + max([len(x) for x in c.measured.values()] or [0])):
        yield 'time=%d' % (START + i * STEP)
        for v in c.vms:
            mine = {k: c.measured[v, k] for k in RES if (v, k) in c.measured}
            yield "Domain: 'vm%d'\n  state.state=1" % v
            for k, x in mine.items():
                if k == 'memory':
                    if i < len(x):
                        yield '  balloon.available=99999999\n' \
                            '  balloon.usable=%.3f' % (99999999 - x[i] * 1024)
                    continue
                if i > len(x):
                    continue
                if i > 0:
                    total[v, k] += x[i - 1] * STEP * (
                        1e9 if k == 'cpu' else 1)
                else:
                    total[v, k] = 0
                if k == 'cpu':
                    yield '  cpu.time=%.0f' % total[v, k]
                else:
                    yield '  block.0.rd.reqs=%.3f\n  block.1.wr.reqs=%d' % (
                        total[v, k], 7)


def memory(used, old):
    """As sysstat counts it today, and as it did once: with what is cached."""
    whole, cached, buffers, slab = 1 << 23, 1 << 20, 7000, 5000
    used += (cached + buffers) * old
    free = whole - used - (cached + buffers + slab) * (1 - old)
    return {'memfree': free, 'memused': used, 'cached': cached,
            'memused-percent': round(100 * used / whole, 2),
            'buffers': buffers}


def sadf(c):
    hosts = []
    for v in c.vms:
        mine = {k: c.measured[v, k] for k in RES if (v, k) in c.measured}
        all_of = []
        for i in range(max([len(x) for x in mine.values()] or [0])):
            t = when(i)
            one = {'timestamp': {'date': t.strftime('%Y-%m-%d'),
                                 'time': t.strftime('%H:%M:%S'), 'utc': 1}}
            if i < len(mine.get('cpu', [])):
                one['cpu-load'] = [
                    {'cpu': '0', 'idle': 0},
                    {'cpu': 'all', 'idle': 100 - mine['cpu'][i] / 16 * 100}]
            if i < len(mine.get('memory', [])):
                one['memory'] = memory(mine['memory'][i] * 1024, v % 2)
            if i < len(mine.get('io', [])):
                one['io'] = {'tps': mine['io'][i]}
            all_of.append(one)
        hosts.append({'nodename': 'vm%d' % v, 'number-of-cpus': 16,
                      'statistics': all_of})
    yield json.dumps({'sysstat': {'hosts': hosts}}, indent=2)


# --- judging ---

def read_target(path, c):
    """vm name -> (type, sponsors) of the advised model."""
    types, sponsors = {}, {}
    for o in ET.parse(path).getroot().iter('object'):
        name = o.findtext('dn')
        attrs = {a.findtext('name'): [v.text for v in a.findall('value')]
                 for a in o.findall('attr')}
        if o.get('class') == 'SaPlmEE' and name.startswith('safEE=vm'):
            types[name] = attrs['saPlmEEType'][0]
        if o.get('class') == 'SaPlmDependency':
            sponsors[name.partition(',')[2]] = attrs['saPlmDepNames']
    return {n: (types[n], sponsors[n]) for n in types}


def sizes(c):
    return {k['type']: k['has'] for k in c.classes}


def over(c, placed):
    """Hosts that hold more than they can; placed: [(size, host)]"""
    out = set()
    for h in c.hosts:
        for k in RES:
            if sum(s[k] for s, on in placed if on == dn('host', h)) > \
                    c.cap[h][k]:
                out.add(h)
    return out


def places(c, machines, down):
    """Can all that can be elsewhere be somewhere when a host is down? All
    ways are tried; the others stay where they are."""
    stay = [(s, v[0]) for s, v in machines if v[0] != dn('host', down)]
    move = [(s, [x for x in v[1:] if x != dn('host', down)])
            for s, v in machines if v[0] == dn('host', down)]
    move = [m for m in move if m[1]]

    def put(i, placed):
        if i == len(move):
            return True
        size, where = move[i]
        return any(not over_on(c, placed + [(size, w)], w) and
                   put(i + 1, placed + [(size, w)]) for w in where)
    return put(0, stay)


def over_on(c, placed, host):
    h = int(host[len('safEE=host'):].partition(',')[0])
    return any(sum(s[k] for s, on in placed if on == host) > c.cap[h][k]
               for k in RES)


def judge_class(c, v, now, advised):
    for k in RES:
        least = c.least(v, k)
        has = sizes(c)[advised][k]
        if least is None:
            need(has >= c.has(v, k), 'vm%d gets less %s, unmeasured' % (v, k))
        else:
            need(has >= least - 0.01, 'vm%d: %s %s < %s' % (v, k, has, least))
    got = [x for x in c.classes if x['type'] == advised][0]
    need(set(c.wants(v)) <= set(got['features']), 'vm%d: features' % v)


def carries(c, v, k):
    """Certainly, whatever way values are rounded."""
    return set(c.wants(v)) <= set(k['features']) and all(
        k['has'][r] >= (c.has(v, r) if c.least(v, r) is None else
                        -(-c.least(v, r) * 1.01 // 1) + 1) for r in RES)


def judge_stay(c, v, statement):
    """A machine that stays because all is well: is all well?"""
    mine = c.classes[c.of[v]]
    if statement['verdict'] != 'good' or mine['price'] is None:
        return
    for k in c.classes:
        need(k['price'] is None or k['price'] >= mine['price'] or
             not carries(c, v, k), 'vm%d could be %s' % (v, k['type']))


def judge_price(c, v, statement):
    """A change for its price alone saves enough, a small gain does not."""
    price = {k['type']: k['price'] for k in c.classes}
    was = c.classes[c.of[v]]['price']
    if statement['verdict'] == 'small-gain':
        then = price[statement['advised']]
        need(then < was and (was - then) * 100 < was * c.gain, 'vm%d' % v)
    elif statement['verdict'] == 'change' and carries(
            c, v, c.classes[c.of[v]]):
        then = price[statement['advised']]
        need((was - then) * 100 >= was * c.gain, 'vm%d gains little' % v)


def judge_use(c, report):
    """What was measured is told as it is, or little more."""
    who = None
    for s in report['statements']:
        who = s.get('vm', who)
        if s['kind'] != 'use':
            continue
        exact = c.use(int(who[len('safEE=vm'):].partition(',')[0]),
                      s['resource'])
        need(exact - 0.002 <= float(s['use']) <= exact * (1 + 1 / 128) + 0.002,
             who, s, exact)


def judge(c, target, report):
    judge_use(c, report)
    verdicts = {s['vm']: s for s in report['statements'] if 'verdict' in s}
    need(len(verdicts) == len(c.vms), 'not all machines are in the report')
    for v in c.vms:
        now = c.classes[c.of[v]]['type']
        to, sponsors = target[dn('vm', v)]
        s = verdicts[dn('vm', v)]
        need((s['verdict'] == 'change') == (to != now), 'vm%d: %s' % (v, s))
        judge_price(c, v, s)
        need(sorted(sponsors) == sorted(dn('host', h) for h in c.on[v]),
             'vm%d has other sponsors' % v)
        if to != now:
            judge_class(c, v, now, to)
        else:
            need(sponsors[0] == dn('host', c.on[v][0]), 'vm%d moves' % v)
            judge_stay(c, v, s)
    before = [(sizes(c)[c.classes[c.of[v]]['type']],
               [dn('host', h) for h in c.on[v]]) for v in c.vms]
    after = [(sizes(c)[t], s) for t, s in target.values()]
    worse = over(c, [(s, v[0]) for s, v in after]) - \
        over(c, [(s, v[0]) for s, v in before])
    need(not worse, 'hosts hold too much:', worse)
    for h in c.hosts:
        need(places(c, after, h) or not places(c, before, h),
             'without host%d there is no room any more' % h)
    for a, b in c.pairs:
        need(target[dn('vm', a)][1][0] != target[dn('vm', b)][1][0],
             'replicas stand together')


# --- runs ---

def call(*args, ok=(0,)):
    p = subprocess.run(args, capture_output=True, text=True, timeout=120)
    need(p.returncode in ok, ' '.join(args), p.returncode, p.stderr)
    return p


def try_seed(seed, folder, bin_dir, count):
    c = Cluster(seed)
    path = {n: os.path.join(folder, n) for n in (
        'source.yaml', 'target.xml', 'policy.yaml', 'metrics', 'report.json',
        'campaign.xml', 'state')}
    for name, data in (('source.yaml', model(c)), ('policy.yaml', policy(c))):
        with open(path[name], 'w') as f:
            json.dump(data, f, indent=1)  # JSON is YAML
    with open(path['metrics'], 'w') as f:
        f.write('\n'.join(globals()[c.format](c)) + '\n')
    campgen, camprun = (os.path.join(bin_dir, p)
                        for p in ('campgen', 'camprun'))
    if not c.measured:
        return
    call(campgen, 'advise', path['source.yaml'], '--metrics=' +
         path['metrics'], '-p', path['policy.yaml'], '-o', path['target.xml'],
         '--report=' + path['report.json'])
    with open(path['report.json']) as f:
        report = json.load(f)
    judge(c, read_target(path['target.xml'], c), report)
    count['changes'] += report['statements'][0]['changes']
    count['new'] += report['statements'][0]['new']
    compile_and_run(path, campgen, camprun, count)


def compile_and_run(path, campgen, camprun, count):
    p = call(campgen, path['source.yaml'], path['target.xml'], '-o',
             path['campaign.xml'], ok=(0,))
    if not os.path.exists(path['campaign.xml']):
        need('nothing to do' in p.stderr, p.stderr)
        return
    call(camprun, 'prove', path['campaign.xml'], '--source',
         path['source.yaml'], '--target', path['target.xml'])
    call(camprun, 'run', path['campaign.xml'], '--source',
         path['source.yaml'], '--state', path['state'], '--driver=sim',
         '--yes', '--commit')
    with open(path['state'] + '.model', 'w') as f:
        f.write(call(camprun, 'model', '--state', path['state']).stdout)
    call(campgen, 'diff', path['target.xml'], path['state'] + '.model')
    count['run'] += 1


def try_example(folder, bin_dir):
    """The story's target is what is advised."""
    story = os.path.join(TOP, 'examples', '06-advise')
    target = os.path.join(folder, 'target.yaml')
    call(os.path.join(bin_dir, 'campgen'), 'advise',
         os.path.join(story, 'source.yaml'), '-o', target, '-p',
         os.path.join(story, 'policy.yaml'), '--metrics=' +
         os.path.join(story, 'metrics.csv'))
    with open(target) as f, open(os.path.join(story, 'target.yaml')) as g:
        need(f.read() == g.read(), 'examples/06-advise: another target')


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--bin', default=os.path.join(TOP, os.environ.get(
        'BUILD', 'build')))
    first = int(os.environ.get('SEED') or 1)
    p.add_argument('--seeds', default='%d..%d' % (first, first + int(
        os.environ.get('CASES') or 60) - 1))
    p.add_argument('--keep')
    a = p.parse_args()
    low, high = map(int, a.seeds.split('..'))
    passed = failed = 0
    count = {'changes': 0, 'new': 0, 'run': 0}
    for seed in [None] + list(range(low, high + 1)):
        folder = tempfile.mkdtemp()
        try:
            if seed is None:
                try_example(folder, os.path.abspath(a.bin))
            else:
                try_seed(seed, folder, os.path.abspath(a.bin), count)
            passed += 1
        except (Failure, subprocess.TimeoutExpired) as e:
            failed += 1
            print('FAILED SEED=%s: %s' % (seed, e))
            if a.keep:
                shutil.copytree(folder, os.path.join(a.keep, str(seed)))
        finally:
            shutil.rmtree(folder)
    if high - low > 50 and not (count['changes'] and count['run']) or \
            high - low > 250 and not count['new']:
        failed += 1
        print('FAILED: something was never tried: %s' % count)
    if os.environ.get('V'):
        print(count)
    print('%d passed, %d failed' % (passed, failed))
    return failed != 0


if __name__ == '__main__':
    sys.exit(main())
