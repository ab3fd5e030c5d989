#!/usr/bin/env python3
"""Tests the checker (T1-T10, P4-P9): a right campaign for a small cluster
gives no finding, and each of many spoilt copies gives the finding it must.

A checker that cannot fail proves nothing; so every rule is seen failing here.
"""
import copy
import os
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402
import imm  # noqa: E402
from world import CAMPAIGN_TYPE  # noqa: E402

D = 'safDomain=d'
OS1, OS2, OS3, OS4 = ('safEE=host%d,%s' % (i, D) for i in (1, 2, 3, 4))
VMM1, VMM2 = 'safEE=VMM,' + OS1, 'safEE=VMM,' + OS2
VM = {i: 'safEE=vm\\,%d,%s' % (i, D) for i in (1, 2, 3, 4)}
CLM, AMF = 'safCluster=c', 'safAmfCluster=a'
SG = 'safSg=sg,safApp=app'
SI = 'safSi=si,safApp=app'
NG = 'safAmfNodeGroup=all,' + AMF
KINDS = ('os', 'vmm', 'vm')


def type_dn(kind, v):
    return 'safVersion=%d,safEEType=%s' % (v, kind)


def bundle_dn(kind, v):
    return 'safSmfBundle=%s-%d' % (kind, v)


def node(i):
    return 'safAmfNode=n%d,%s' % (i, AMF)


def clm(i):
    return 'safNode=n%d,%s' % (i, CLM)


def su(i):
    return 'safSu=su%d,%s' % (i, SG)


def riders(m, i, ee):
    m.add(clm(i), 'SaClmNode', saClmNodeEE=ee)
    m.add(node(i), 'SaAmfNode', saAmfNodeClmNode=clm(i))
    m.add(su(i), 'SaAmfSU', saAmfSUType='t',
          saAmfSUHostNodeOrNodeGroup=node(i))


def models():
    """Two hosts with VMMs are upgraded with VM 1 and 2; VM 3 comes, VM 4 and
    host 3 go, host 4 stays as it is."""
    out = []
    for v, vms in ((1, (1, 2, 4)), (2, (1, 2, 3))):
        m = imm.Model()
        m.add(D, 'SaPlmDomain')
        for k in KINDS:
            m.add('safEEType=' + k, 'SaPlmEEBaseType', saPlmEetProduct=k)
            # host 4 keeps the old type of a host OS
            for x in ((1, 2) if v == 2 and k == 'os' else (v,)):
                m.add(bundle_dn(k, x), 'SaSmfSwBundle',
                      saSmfBundleInstallOfflineCmdUri='/in',
                      saSmfBundleInstallOfflineScope=4)
                m.add(type_dn(k, x), 'SaPlmEEType',
                      saPlmEetSwBundle=bundle_dn(k, x))
        for o, w in ((OS1, VMM1), (OS2, VMM2)):
            m.add(o, 'SaPlmEE', saPlmEEType=type_dn('os', v),
                  saPlmEEInstantiateTimeout=v)
            m.add(w, 'SaPlmEE', saPlmEEType=type_dn('vmm', v))
        if v == 1:
            m.add(OS3, 'SaPlmEE', saPlmEEType=type_dn('os', 1))
        m.add(OS4, 'SaPlmEE', saPlmEEType=type_dn('os', 1))
        m.add(CLM, 'SaClmCluster')
        m.add(AMF, 'SaAmfCluster')
        m.add('safApp=app', 'SaAmfApplication', saAmfAppType='t')
        m.add(SG, 'SaAmfSG', saAmfSGType='t')
        m.add(SI, 'SaAmfSI', saAmfSvcType='t', saAmfSIProtectedbySG=SG)
        for i in vms:
            m.add(VM[i], 'SaPlmEE', saPlmEEType=type_dn('vm', v))
            m.add('safDependency=m,' + VM[i], 'SaPlmDependency',
                  saPlmDepNames=[VMM1, VMM2],
                  saPlmDepMinNumber=2 if i == 2 else 1)
            riders(m, i, VM[i])
        m.add(NG, 'SaAmfNodeGroup', saAmfNGNodeList=[node(i) for i in vms])
        if v == 1:
            m.add('site=x,' + VM[4], 'Site', about=VM[4])
        m.add('site=y', 'Site', about=VM[4] if v == 1 else VM[3])
        out.append(m)
    return out


SRC, TGT = models()


def el(parent, tag, **attrs):
    return ET.SubElement(parent, tag, {k: str(v) for k, v in attrs.items()})


def attribute(e, cls, name, values):
    t = CAMPAIGN_TYPE[SRC.attr_type(cls, name)]
    a = el(e, 'attribute', name=name, type=t)
    for v in values:
        el(a, 'value').text = str(v)


def create(e, dn, tag='create', model=TGT, **instead):
    o = model.objects[dn]
    x = el(e, tag, objectClassName=o.cls,
           parentObjectDN=imm.parent_dn(dn) or '=')
    a = el(x, 'attribute', name=imm.rdn_attr(dn), type='SA_IMM_ATTR_SASTRINGT')
    el(a, 'value').text = imm.rdn(dn)
    for name, values in o.attrs.items():
        attribute(x, o.cls, name, instead.get(name, values))


def modify(e, dn, **attrs):
    cls = (SRC.objects.get(dn) or TGT.objects[dn]).cls
    x = el(e, 'modify', objectDN=dn, operation='SA_IMM_ATTR_VALUES_REPLACE')
    for name, values in attrs.items():
        attribute(x, cls, name, values)


def ccb(e, action):
    return el(el(e, action), 'immCCB', ccbFlags=0)


def acted(unit, *dns):
    a = el(unit, 'actedOn')
    for d in dns:
        el(a, 'byName', objectDN=d)


def upgrade_step(method):
    el(method, 'upgradeStep', saSmfStepRestartOption=0, saSmfStepInPhaseStep=1,
       saSmfStepMaxRetry=1)


def procedure(root, name, level, init=None):
    p = el(root, 'upgradeProcedure', safSmfProcedure='safSmfProc=' + name,
           saSmfExecLevel=level)
    if init:
        init(ccb(p, 'procInitAction'))
    return el(el(p, 'upgradeMethod'), 'singleStepUpgrade')


def modify_step(method, kind, *ees):
    s = el(el(method, 'upgradeScope'), 'forModify')
    u = el(s, 'activationUnit')
    acted(u, *ees)
    el(u, 'swRemove', bundleDN=bundle_dn(kind, 1))
    el(u, 'swAdd', bundleDN=bundle_dn(kind, 2))
    t = el(s, 'targetEntityTemplate')
    el(t, 'type', objectDN=type_dn(kind, 1))
    attrs = {'saPlmEEType': [type_dn(kind, 2)]}
    if kind == 'os':
        attrs['saPlmEEInstantiateTimeout'] = ['2']
    for name, values in attrs.items():
        attribute(el(t, 'modifyOperation',
                     operation='SA_IMM_ATTR_VALUES_REPLACE'),
                  'SaPlmEE', name, values)
    upgrade_step(method)


def unchanged_step(method, ee):
    s = el(el(method, 'upgradeScope'), 'forAddRemove')
    acted(el(s, 'deactivationUnit'), ee)
    acted(el(s, 'activationUnit'), ee)
    upgrade_step(method)


def software(unit, tag, bundle, env):
    el(el(unit, tag, bundleDN=bundle), 'plmExecEnv', plmExecEnviron=env)


def remove_step(method, kind, ee, env, dns):
    s = el(el(method, 'upgradeScope'), 'forAddRemove')
    u = el(s, 'deactivationUnit')
    acted(u, ee)
    r = el(u, 'removed')
    for d in dns:
        el(r, 'byName', objectDN=d)
    software(u, 'swRemove', bundle_dn(kind, 1), env)
    el(s, 'activationUnit')
    upgrade_step(method)


def rider_dns(i):
    return ['safDependency=m,' + VM[i], su(i), node(i), clm(i), VM[i]]


def right(vm2_on=VMM2):
    """The right campaign; with vm2_on=VMM1 both replicas are caught on one
    host, which is the wrong one that matters most."""
    root = ET.Element('upgradeCampaign', safSmfCampaign='safSmfCampaign=c')
    info = el(root, 'campaignInfo')
    el(info, 'campaignPeriod')
    base = el(info, 'configurationBase', saSmfCmpgConfigBase=0)
    base.set(check.campaign.CG + 'source', SRC.digest())
    base.set(check.campaign.CG + 'target', TGT.digest())
    i = el(root, 'campaignInitialization')
    a = el(i, 'addToImm')
    for k in KINDS:
        b = el(a, 'softwareBundle', name=bundle_dn(k, 2))
        el(b, 'removal')
        el(el(b, 'installation'), 'offline', command='/in',
           saSmfBundleInstallOfflineScope=4)
        el(b, 'defaultCliTimeout')
    c = ccb(i, 'campInitAction')
    for k in KINDS:
        create(c, type_dn(k, 2))
    c = ccb(i, 'campInitAction')
    for n, sponsor in ((1, VMM1), (2, vm2_on), (4, VMM2)):
        more = {'saPlmDepMinNumber': [1]} if n == 2 else {}
        modify(c, 'safDependency=m,' + VM[n], saPlmDepNames=[sponsor], **more)

    m = procedure(root, 'AddUpgradeProcedureAtvm,3', 0)
    s = el(el(m, 'upgradeScope'), 'forAddRemove')
    el(s, 'deactivationUnit')
    u = el(s, 'activationUnit')
    create(u, VM[3], 'added')
    create(u, 'safDependency=m,' + VM[3], 'added', saPlmDepNames=[VMM1])
    for d in (clm(3), node(3), su(3)):
        create(u, d, 'added')
    software(u, 'swAdd', bundle_dn('vm', 2), VMM1)
    upgrade_step(m)

    on1 = [VM[1]] + ([VM[2]] if vm2_on == VMM1 else [])
    m = procedure(root, 'ModifyUpgradeProcedureAthost1', 1)
    modify_step(m, 'vm', *on1)
    unchanged_step(m, VM[3])
    modify_step(m, 'vmm', VMM1)
    modify_step(m, 'os', OS1)

    def leave(c):
        modify(c, NG, saAmfNGNodeList=[node(1), node(2)])
        modify(c, 'site=y', about=[VM[3]])
    m = procedure(root, 'ModifyUpgradeProcedureAthost2', 2, leave)
    remove_step(m, 'vm', VM[4], VMM2, ['site=x,' + VM[4]] + rider_dns(4))
    if vm2_on == VMM2:
        modify_step(m, 'vm', VM[2])
    modify_step(m, 'vmm', VMM2)
    modify_step(m, 'os', OS2)

    m = procedure(root, 'RemoveUpgradeProcedureAthost3', 3)
    remove_step(m, 'os', OS3, OS3, [OS3])

    w = el(root, 'campaignWrapup')
    c = ccb(w, 'campCompleteAction')
    for n in (1, 2, 3):
        more = {'saPlmDepMinNumber': [2]} if n == 2 else {}
        modify(c, 'safDependency=m,' + VM[n], saPlmDepNames=[VMM1, VMM2],
               **more)
    modify(c, NG, saAmfNGNodeList=[node(1), node(2), node(3)])
    el(w, 'waitToCommit')
    c = ccb(w, 'campWrapupAction')
    for k in ('vmm', 'vm'):
        el(c, 'delete', objectDN=type_dn(k, 1))
    el(w, 'waitToAllowNewCampaign')
    r = el(w, 'removeFromImm')
    for k in ('vmm', 'vm'):
        el(r, 'softwareBundleDN', bundleDN=bundle_dn(k, 1))
    return root


# --- ways to spoil it: name, rule that must speak, change ---

SPOILT = []


def spoilt(*rules):
    def keep(f):
        SPOILT.append((f.__name__, rules, f))
        return f
    return keep


def proc(root, word):
    return next(p for p in root.iter('upgradeProcedure')
                if word in p.get('safSmfProcedure'))


def method(root, word):
    return proc(root, word).find('upgradeMethod')[0]


def pairs(m):
    kids = list(m)
    return [kids[i:i + 2] for i in range(0, len(kids), 2)]


def rearrange(m, order):
    p = pairs(m)
    for x in list(m):
        m.remove(x)
    for i in order:
        m.extend(p[i])


def init_ccbs(root):
    return [a[0] for a in root.iter('campInitAction')]


def complete(root):
    return next(root.iter('campCompleteAction'))[0]


def take(ccb_, dn):
    x = next(e for e in ccb_ if e.get('objectDN') == dn)
    ccb_.remove(x)
    return x


@spoilt('P8')
def add_after_modify(r):
    proc(r, 'vm,3').set('saSmfExecLevel', '2')
    proc(r, 'host2').set('saSmfExecLevel', '0')


@spoilt('P8')
def level_twice(r):
    proc(r, 'host3').set('saSmfExecLevel', '2')


@spoilt('P8')
def remove_before_modify(r):
    proc(r, 'host3').set('saSmfExecLevel', '1')
    proc(r, 'host1').set('saSmfExecLevel', '3')


@spoilt('FINAL')
def modification_dropped(r):
    t = next(method(r, 'host1').iter('targetEntityTemplate'))
    t.remove(t.find('modifyOperation'))


@spoilt('FINAL')
def value_changed(r):
    for a in method(r, 'host2').iter('attribute'):
        if a.get('name') == 'saPlmEEInstantiateTimeout':
            a[0].text = '3'


@spoilt('FINAL')
def never_mobilised(r):
    take(complete(r), 'safDependency=m,' + VM[1])


@spoilt('P5')
def two_sponsors(r):
    a = init_ccbs(r)[1][0][0]
    el(a, 'value').text = VMM2


@spoilt('P5')
def not_caught(r):
    c = init_ccbs(r)[1]
    c.remove(c[2])


@spoilt('P5')
def caught_on_host(r):
    init_ccbs(r)[1][0][0][0].text = OS4


@spoilt('P5')
def minimum_stays(r):
    m = init_ccbs(r)[1][1]
    m.remove(m[1])


@spoilt('P5')
def mobilised_early(r):
    p = proc(r, 'host1')
    ccb(p, 'procWrapupAction').append(
        take(complete(r), 'safDependency=m,' + VM[1]))


@spoilt('P5')
def caught_twice(r):
    i = r.find('campaignInitialization')
    ccb(i, 'campInitAction').append(copy.deepcopy(init_ccbs(r)[1][0]))


@spoilt('P5')
def added_free(r):
    for e in r.iter('added'):
        for a in e.iter('attribute'):
            if a.get('name') == 'saPlmDepNames':
                el(a, 'value').text = VMM2


@spoilt('P6')
def nesting_reversed(r):
    rearrange(method(r, 'host1'), (3, 2, 1, 0))


@spoilt('P6')
def nesting_crossed(r):
    rearrange(method(r, 'host2'), (0, 2, 1, 3))


@spoilt('P6', 'ONCE')
def layer_dropped(r):
    rearrange(method(r, 'host1'), (0, 1, 3))


@spoilt('P6')
def left_standing(r):
    rearrange(method(r, 'host1'), (0, 2, 3))


@spoilt('P6')
def acted_on_missing(r):
    u = next(method(r, 'host1').iter('actedOn'))
    el(u, 'byName', objectDN='safEE=nobody,' + D)


@spoilt('P6')
def one_step_two_layers(r):
    m = method(r, 'host1')
    el(m[4].find('.//actedOn'), 'byName', objectDN=OS1)


@spoilt('P6')
def never_comes_back(r):
    s = method(r, 'host1')[2][0]
    u = s.find('activationUnit')
    u.remove(u[0])


@spoilt('P6')
def removed_while_running(r):
    u = next(method(r, 'host3').iter('deactivationUnit'))
    u.remove(u.find('actedOn'))


@spoilt('CCB')
def parent_removed_first(r):
    e = next(method(r, 'host2').iter('removed'))
    last = e[-1]
    e.remove(last)
    e.insert(0, last)


@spoilt('CCB')
def descendant_forgotten(r):
    e = next(method(r, 'host2').iter('removed'))
    e.remove(e[0])


@spoilt('CCB')
def child_created_first(r):
    u = next(method(r, 'vm,3').iter('activationUnit'))
    first = u[0]
    u.remove(first)
    u.insert(1, first)


@spoilt('CCB')
def created_and_modified(r):
    modify(init_ccbs(r)[0], type_dn('vm', 2), saPlmEetSwBundle=['x'])


@spoilt('CCB')
def created_though_there(r):
    create(init_ccbs(r)[0], OS4, model=SRC)


@spoilt('CCB')
def deleted_twice(r):
    c = next(r.iter('campWrapupAction'))[0]
    c.append(copy.deepcopy(c[0]))


@spoilt('CCB')
def changed_twice(r):
    c = complete(r)
    c.append(copy.deepcopy(c[0]))


@spoilt('MOD')
def grows(r):
    complete(r)[0].set('operation', 'SA_IMM_ATTR_VALUES_ADD')


@spoilt('MOD')
def template_hits_nothing(r):
    next(method(r, 'host1').iter('type')).set('objectDN', type_dn('os', 9))


@spoilt('TYPE')
def attribute_type(r):
    complete(r)[0][0].set('type', 'SA_IMM_ATTR_SASTRINGT')


@spoilt('WRAPUP')
def type_gone_before_commit(r):
    take(next(r.iter('campWrapupAction'))[0], type_dn('vm', 1))
    el(complete(r), 'delete', objectDN=type_dn('vm', 1))


@spoilt('P9')
def group_names_what_is_gone(r):
    p = proc(r, 'host2')
    take(p.find('procInitAction')[0], NG)


@spoilt('P9')
def value_names_what_is_gone(r):
    p = proc(r, 'host2')
    x = take(p.find('procInitAction')[0], 'site=y')
    complete(r).append(x)


@spoilt('P9')
def named_before_created(r):
    i = r.find('campaignInitialization')
    modify(ccb(i, 'campInitAction'), NG,
           saAmfNGNodeList=[node(1), node(2), node(3)])


@spoilt('P9')
def type_before_bundle(r):
    a = r.find('campaignInitialization/addToImm')
    a.remove(a[2])


@spoilt('ONCE')
def unchanged_changed(r):
    p = proc(r, 'host1')
    modify(ccb(p, 'procInitAction'), OS4, saPlmEEType=[type_dn('os', 1)])


@spoilt('ONCE')
def changed_in_two(r):
    p = proc(r, 'host2')
    modify(ccb(p, 'procWrapupAction'), VMM1, saPlmEEType=[type_dn('vmm', 2)])


@spoilt('ONCE')
def changed_outside(r):
    modify(complete(r), OS1, saPlmEEInstantiateTimeout=['2'])


@spoilt('BUNDLE')
def software_forgotten(r):
    u = next(method(r, 'host1').iter('activationUnit'))
    u.remove(u.find('swAdd'))


@spoilt('BUNDLE')
def software_elsewhere(r):
    for e in method(r, 'vm,3').iter('plmExecEnv'):
        e.set('plmExecEnviron', VMM2)


@spoilt('BUNDLE')
def software_of_another(r):
    next(method(r, 'host2').iter('swRemove')).set('bundleDN',
                                                  bundle_dn('os', 1))


@spoilt('P7')
def outer_reduced(r):
    s = next(method(r, 'host1').iter('upgradeStep'))
    s.set('saSmfStepInPhaseStep', '0')
    s.set('saSmfStepRestartOption', '1')


@spoilt('P7')
def impossible_type(r):
    s = list(method(r, 'host1').iter('upgradeStep'))[-1]
    s.set('saSmfStepRestartOption', '1')


@spoilt('P7')
def outer_removal_out_of_phase(r):
    next(method(r, 'host2').iter('upgradeStep')).set('saSmfStepInPhaseStep',
                                                     '0')


@spoilt('P7')
def unlike_in_one_step(r):
    m = method(r, 'host1')
    el(m[4].find('.//actedOn'), 'byName', objectDN=VM[1])


@spoilt('TREE')
def two_trees_in_one(r):
    el(method(r, 'host1')[6].find('.//actedOn'), 'byName', objectDN=OS2)


@spoilt('NAME')
def same_name(r):
    proc(r, 'host2').set('safSmfProcedure',
                         'safSmfProc=ModifyUpgradeProcedureAthost1')


@spoilt('NAME')
def wrong_kind(r):
    proc(r, 'host3').set('safSmfProcedure',
                         'safSmfProc=ModifyUpgradeProcedureAthost3')


@spoilt('NAME')
def wrong_root(r):
    proc(r, 'host3').set('safSmfProcedure',
                         'safSmfProc=RemoveUpgradeProcedureAtelsewhere')


@spoilt('DIGEST')
def other_source(r):
    b = r.find('campaignInfo/configurationBase')
    b.set(check.campaign.CG + 'source', '0' * 64)


@spoilt('XML')
def acted_on_twice(r):
    u = next(method(r, 'host1').iter('actedOn'))
    u.append(copy.deepcopy(u[0]))


@spoilt('XML')
def no_step(r):
    m = method(r, 'host1')
    m.remove(m[1])


@spoilt('XML')
def no_retry(r):
    for s in method(r, 'host1').iter('upgradeStep'):
        del s.attrib['saSmfStepMaxRetry']


@spoilt('XML')
def no_pair(r):
    m = method(r, 'host1')
    m.remove(m[-1])


@spoilt('AMF')
def service_unit_deleted_alive(r):
    el(ccb(proc(r, 'host1'), 'procInitAction'), 'delete', objectDN=su(1))


@spoilt('HOME')
def node_moves_alive(r):
    modify(ccb(proc(r, 'host1'), 'procInitAction'), clm(1),
           saClmNodeEE=[OS4])


@spoilt('P4')
def both_replicas_deleted(r):
    c = ccb(proc(r, 'vm,3'), 'procInitAction')
    el(c, 'delete', objectDN=su(1))
    el(c, 'delete', objectDN=su(2))
    el(c, 'delete', objectDN=su(4))


def findings(root, tmp):
    path = os.path.join(tmp, 'campaign.xml')
    ET.register_namespace('cg', 'urn:campgen:1')
    ET.ElementTree(root).write(path, encoding='utf-8')
    found, _, c = check.check(os.path.join(tmp, 's.xml'),
                              os.path.join(tmp, 't.xml'), path)
    return found, c


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as tmp:
        imm.write(SRC, os.path.join(tmp, 's.xml'))
        imm.write(TGT, os.path.join(tmp, 't.xml'))
        found, c = findings(right(), tmp)
        outline = check.shape(c)
        if found or outline['nesting'] != '1,4,4,1' or \
                outline['kinds'] != 'Add,Modify,Modify,Remove' or \
                outline['catches'] != 'VMM:3':
            print('FAILED the right campaign', outline)
            print('\n'.join('  %s %s "%s": %s' % f for f in found))
            failed += 1
        else:
            passed += 1
        # three replicas are caught on host 1: right while 4 is there, an
        # outage when host 2 has taken it away before
        root = right(VMM1)
        got = [f[0] for f in findings(root, tmp)[0]]
        proc(root, 'host1').set('saSmfExecLevel', '2')
        proc(root, 'host2').set('saSmfExecLevel', '1')
        late = [f[0] for f in findings(root, tmp)[0]]
        if got or 'P4' not in late:
            print('FAILED replicas on one host: %s, then %s' % (got, late))
            failed += 1
        else:
            passed += 1
        for name, rules, change in SPOILT:
            root = right()
            change(root)
            got = {f[0] for f in findings(root, tmp)[0]}
            if set(rules) <= got:
                passed += 1
            else:
                print('FAILED %s: found %s, not %s'
                      % (name, sorted(got), list(rules)))
                failed += 1
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
