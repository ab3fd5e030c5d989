#!/usr/bin/env python3
"""Broken inputs (T1): every kind is refused with a place and a code, nothing
is written, nothing crashes and no limit is hit.

    broken.py [--campgen PATH] [NAME ...]
"""
import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import imm  # noqa: E402
import test_check as good  # noqa: E402
from test_check import (CLM, D, OS1, VM, VMM1, VMM2, SI,  # noqa: E402
                        clm, node, su, type_dn)

DEP1 = 'safDependency=m,' + VM[1]
MEMORY = 1 << 30
CASES = []  # (name, statuses, side, maker)


def case(*statuses, side='source', name=None):
    """A maker returns the bytes of the file, or a path to give instead."""
    def keep(f):
        CASES.append((name or f.__name__, statuses or (1,), side, f))
        return f
    return keep


def text(model):
    with tempfile.NamedTemporaryFile(suffix='.xml') as f:
        imm.write(model, f.name)
        return open(f.name, 'rb').read()


GOOD = {'source': text(good.SRC), 'target': text(good.TGT)}


def edited(change, model=None):
    m = (model or good.SRC).copy()
    change(m.objects, m)
    return text(m)


def model_case(side='source', statuses=(1,)):
    """The function changes a good model."""
    def keep(f):
        m = good.SRC if side == 'source' else good.TGT
        CASES.append((f.__name__, statuses, side,
                      lambda g, d: edited(f, m)))
        return f
    return keep


# --- files and XML ---

@case()
def truncated(g, d):
    return g[:len(g) * 2 // 3]


@case()
def cut_in_a_tag(g, d):
    return g[:g.rindex(b'<object') + 9]


@case()
def empty_file(g, d):
    return b''


@case()
def only_blanks(g, d):
    return b' \n\n'


@case()
def doctype(g, d):
    return g.replace(b'<imm:IMM', b'<!DOCTYPE imm:IMM-contents>\n<imm:IMM', 1)


@case()
def entity_bomb(g, d):
    dtd = b'<!DOCTYPE x [<!ENTITY a "ha">' + b''.join(
        b'<!ENTITY %c "%s">' % (98 + i, b'&%c;' % (97 + i) * 10)
        for i in range(20)) + b']>'
    return g.replace(b'<imm:IMM', dtd + b'\n<imm:IMM', 1).replace(
        b'<value>', b'<value>&t;', 1)


@case()
def external_entity(g, d):
    dtd = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return g.replace(b'<imm:IMM', dtd + b'\n<imm:IMM', 1).replace(
        b'<value>', b'<value>&e;', 1)


@case()
def unknown_entity(g, d):
    return g.replace(b'<value>', b'<value>&nbsp;', 1)


@case()
def wrong_root(g, d):
    return g.replace(b'imm:IMM-contents', b'imm:contents')


@case()
def end_tag_missing(g, d):
    return g.replace(b'</attr>', b'', 1)


@case()
def not_utf8(g, d):
    return g.replace(b'<value>', b'<value>\xff\xfe', 1)


@case()
def nul_byte(g, d):
    return g.replace(b'<value>', b'<value>\0', 1)


@case()
def latin1(g, d):
    return g.replace(b'UTF-8', b'ISO-8859-1').replace(
        b'<value>', b'<value>\xe9', 1)


@case()
def no_class(g, d):
    return g.replace(b'<object class="SaPlmEE">', b'<object>', 1)


@case()
def no_dn(g, d):
    return re.sub(rb'<dn>safEE=[^<]*</dn>', b'', g, count=1)


@case()
def two_dns(g, d):
    return re.sub(rb'(<dn>safEE=[^<]*</dn>)', rb'\1\1', g, count=1)


@case()
def unknown_element(g, d):
    return g.replace(b'<attr>', b'<attribute></attribute><attr>', 1)


@case()
def attribute_without_name(g, d):
    return re.sub(rb'<name>saPlmDepNames</name>', b'', g, count=1)


@case()
def attribute_twice(g, d):
    m = re.search(rb'<attr>\s*<name>saPlmEEType</name>.*?</attr>', g, re.S)
    return g[:m.end()] + m.group(0) + g[m.end():]


@case()
def duplicate_dn(g, d):
    m = re.search(rb'<object class="SaPlmEE">.*?</object>', g, re.S)
    return g[:m.end()] + m.group(0) + g[m.end():]


@case()
def deep(g, d):
    return g.replace(b'<value>', b'<value>' + b'<v>' * 100000, 1)


@case(1, 3)
def a_folder(g, d):
    os.mkdir(os.path.join(d, 'folder'))
    return os.path.join(d, 'folder')


@case(3)
def no_file(g, d):
    return os.path.join(d, 'nowhere.xml')


@case()
def random_bytes(g, d):
    return bytes((i * i * 7 + i // 3) % 256 for i in range(5000))


# --- models ---

@model_case()
def missing_parent(o, m):
    m.add('safEE=x,safEE=nobody,' + D, 'SaPlmEE', saPlmEEType=type_dn('vm', 1))


@model_case()
def dangling_sponsor(o, m):
    o[DEP1].attrs['saPlmDepNames'][1] = 'safEE=VMM,safEE=host9,' + D


@model_case()
def dangling_type(o, m):
    o[OS1].attrs['saPlmEEType'] = [type_dn('os', 9)]


@model_case()
def missing_type(o, m):
    del o[OS1].attrs['saPlmEEType']


@model_case()
def no_domain(o, m):
    del o[D]


@model_case()
def two_domains(o, m):
    m.add('safDomain=e', 'SaPlmDomain')


@model_case()
def bad_number(o, m):
    o[DEP1].attrs['saPlmDepMinNumber'] = ['one']


@model_case()
def negative_number(o, m):
    o[DEP1].attrs['saPlmDepMinNumber'] = ['-1']


@model_case()
def huge_number(o, m):
    o[DEP1].attrs['saPlmDepMinNumber'] = ['99999999999999999999999']


@model_case()
def two_values(o, m):
    o[OS1].attrs['saPlmEEType'].append(type_dn('vmm', 1))


@model_case()
def self_sponsor(o, m):
    o[DEP1].attrs['saPlmDepNames'].append(VM[1])


@model_case()
def circular_sponsors(o, m):
    o[DEP1].attrs['saPlmDepNames'].append(VM[2])
    o['safDependency=m,' + VM[2]].attrs['saPlmDepNames'].append(VM[1])


@model_case()
def minimum_too_large(o, m):
    o[DEP1].attrs['saPlmDepMinNumber'] = ['3']


@model_case()
def no_sponsors(o, m):
    del o[DEP1].attrs['saPlmDepNames']


@model_case()
def four_layers(o, m):
    vm = 'safEE=bound,' + VMM1
    m.add(vm, 'SaPlmEE', saPlmEEType=type_dn('vm', 1))
    m.add('safEE=container,' + vm, 'SaPlmEE', saPlmEEType=type_dn('vm', 1))


@model_case()
def malformed_dn(o, m):
    m.add('no equals sign,' + D, 'Site')


@model_case()
def empty_rdn(o, m):
    m.add('site=a,,' + D, 'Site')


@model_case()
def lone_backslash(o, m):
    m.add('site=a\\', 'Site')


@model_case()
def long_dn(o, m):
    m.add('site=%s,%s' % ('a' * 2048, D), 'Site')


@model_case(side='target')
def two_dependencies(o, m):
    m.add('safDependency=n,' + VM[1], 'SaPlmDependency',
          saPlmDepNames=[VMM2], saPlmDepMinNumber=1)


@model_case(side='target')
def changed_domain(o, m):
    o[D].attrs['saPlmHEDeactivationPolicy'] = ['2']


@model_case(side='target')
def other_domain(o, m):
    for dn in list(o):
        if dn.endswith(D):
            x = o.pop(dn)
            x.dn = dn[:-len(D)] + 'safDomain=z'
            o[x.dn] = x
    for x in o.values():
        for n in x.attrs:
            x.attrs[n] = [v[:-len(D)] + 'safDomain=z' if v.endswith(D) else v
                          for v in x.attrs[n]]


@model_case(side='target')
def type_changed_in_place(o, m):
    o[type_dn('os', 1)].attrs['saPlmEetDefInstantiateTimeout'] = ['5']


@model_case(side='target')
def bundle_changed_in_place(o, m):
    o['safSmfBundle=os-1'].attrs['saSmfBundleInstallOfflineCmdUri'] = ['/b']


@model_case(side='target')
def class_changes(o, m):
    o['site=y'].cls = 'AnotherSite'


@model_case(side='target')
def missing_bundle(o, m):
    del o['safSmfBundle=vm-2']


@model_case()
def node_without_ee(o, m):
    o[clm(1)].attrs['saClmNodeEE'] = ['safEE=nobody,' + D]


@model_case()
def node_without_clm_node(o, m):
    o[node(1)].attrs['saAmfNodeClmNode'] = ['safNode=nobody,' + CLM]


@model_case()
def unit_without_node(o, m):
    o[su(1)].attrs['saAmfSUHostNodeOrNodeGroup'] = ['safAmfNode=nobody']


@model_case()
def service_without_group(o, m):
    del o[SI].attrs['saAmfSIProtectedbySG']


@model_case()
def service_of_missing_group(o, m):
    o[SI].attrs['saAmfSIProtectedbySG'] = ['safSg=nobody']


def no_legal_sponsor(g, d):
    """A VM is modified, but all its sponsors are removed."""
    s, t = good.SRC.copy(), good.TGT.copy()
    for m in (s, t):
        for h in ('safEE=hostA', 'safEE=hostB'):
            if m is s or h == 'safEE=hostB':
                m.add('%s,%s' % (h, D), 'SaPlmEE', saPlmEEType=type_dn('os', 1))
        m.add('safEE=lost,' + D, 'SaPlmEE',
              saPlmEEType=type_dn('vm', 1 if m is s else 2))
        m.add('safDependency=m,safEE=lost,' + D, 'SaPlmDependency',
              saPlmDepNames=['safEE=host%s,%s' % ('A' if m is s else 'B', D)],
              saPlmDepMinNumber=1)
    with open(os.path.join(d, 'source.xml'), 'wb') as f:
        f.write(text(s))
    return text(t)


CASES.append(('no_legal_sponsor', (1,), 'target', no_legal_sponsor))


# --- YAML ---

def yaml_case(name, content):
    CASES.append(('yaml_' + name, (1,), 'source', lambda g, d: content))


yaml_case('tab', b'objects:\n\t- {class: a, dn: b=c}\n')
yaml_case('unclosed', b'objects: [{class: "a, dn: b=c}]\n')
yaml_case('unbalanced', b'objects: [{class: a, dn: b=c}\n')
yaml_case('scalar', b'objects: many\n')
yaml_case('no_objects', b'objetcs: []\n')
yaml_case('object_is_text', b'objects:\n  - nothing\n')
yaml_case('no_class', b'objects:\n  - {dn: safDomain=d}\n')
yaml_case('no_dn', b'objects:\n  - {class: SaPlmDomain}\n')
yaml_case('key_twice', b'objects:\n  - {class: SaPlmDomain, dn: safDomain=d, '
          b'x: 1, x: 2}\n')
yaml_case('nested_value', b'objects:\n  - {class: SaPlmDomain, dn: '
          b'safDomain=d, x: {y: 1}}\n')
yaml_case('alias', b'objects: *nobody\n')
yaml_case('alias_bomb', b'a: &a [x, x]\n' + b''.join(
    b'%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c]\n'
    % ((98 + i,) * 2 + (97 + i,) * 6) for i in range(20)) +
    b'objects: *t\n')
yaml_case('not_utf8', b'objects:\n  - {class: "\xff", dn: a=b}\n')
yaml_case('two_documents', b'objects: []\n---\nobjects: []\n')
yaml_case('deep', b'objects: ' + b'[' * 100000)

PLACE = re.compile(r'^.+?:\d+:\d+: error\[[SMDPC]\d{3}\]: ', re.M)


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not os.environ.get('NO_MEMORY_LIMIT'):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def sanitized(campgen):
    """Sanitizers reserve more address space than any limit."""
    try:
        with open(campgen, 'rb') as f:
            return b'__asan_init' in f.read()
    except OSError:
        return False


def run(campgen, name, statuses, side, maker):
    """What is wrong, or None."""
    with tempfile.TemporaryDirectory() as d:
        path = {s: os.path.join(d, s + '.xml') for s in GOOD}
        for s in GOOD:
            with open(path[s], 'wb') as f:
                f.write(GOOD[s])
        made = maker(GOOD[side], d)
        if isinstance(made, str):
            path[side] = made
        else:
            if name.startswith('yaml'):
                path[side] = os.path.join(d, side + '.yaml')
            with open(path[side], 'wb') as f:
                f.write(made)
        out = os.path.join(d, 'out.xml')
        try:
            r = subprocess.run([campgen, path['source'], path['target'], '-o',
                                out], stdin=subprocess.DEVNULL,
                               capture_output=True, timeout=60,
                               preexec_fn=limits)
        except subprocess.TimeoutExpired:
            return 'no end'
        err = r.stderr.decode('utf-8', 'replace')
        if r.returncode not in statuses:
            return 'exit %d instead of %s: %s' % (r.returncode, statuses,
                                                  err[-600:])
        if os.path.exists(out):
            return 'a campaign was written'
        if r.returncode == 1 and not PLACE.search(err):
            return 'no place or code: ' + err[-600:]
        if r.returncode == 3 and 'error' not in err and 'campgen:' not in err:
            return 'says nothing: ' + err
        return None


def main():
    p = argparse.ArgumentParser(description='try broken inputs')
    p.add_argument('--campgen', default=os.path.join(
        os.environ.get('BUILD') or 'build', 'campgen'))
    p.add_argument('names', nargs='*')
    a = p.parse_args()
    a.campgen = os.path.abspath(a.campgen)
    if sanitized(a.campgen):
        os.environ['NO_MEMORY_LIMIT'] = '1'
    passed = failed = 0
    for name, statuses, side, maker in CASES:
        if a.names and name not in a.names:
            continue
        wrong = run(a.campgen, name, statuses, side, maker)
        if wrong is None:
            passed += 1
        else:
            failed += 1
            print('FAILED broken %s: %s' % (name, wrong))
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
