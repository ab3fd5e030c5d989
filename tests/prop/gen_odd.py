"""Small fleets that are not regular: hosts carry few VMs or many and have room
for some more, services have one to three replicas, VMs may stand on two hosts
or on most; only the hosts change. Small enough to try all orders.
"""
import os
import random

import gen_fleet

POLICY = """resources: [guests]
capacity:
%sdemand: [{match: "safEE=VM-*", resources: {guests: 1}}]
"""


class Odd:
    """room by host; candidates by VM, the first is where it stands; services
    as lists of VMs."""

    def __init__(self, seed):
        r = random.Random('odd %d' % seed)
        n = r.randint(3, 7)
        self.load = [r.randint(0, 4) for _ in range(n)]
        self.room = [max(1, k + r.choice([0, 0, 1, 1, 2, 3]))
                     for k in self.load]
        self.candidates, self.services = [], []
        homes = [h for h in range(n) for _ in range(self.load[h])]
        r.shuffle(homes)
        for home in homes:
            others = [h for h in range(n) if h != home]
            more = r.randint(1, min(len(others), r.choice([1, 2, 3, 6])))
            self.candidates.append([home] + r.sample(others, more))
        self.group(r)

    def group(self, r):
        """Replicas stand on different hosts at first."""
        left = list(range(len(self.candidates)))
        while left:
            group, size = [left.pop(0)], r.choice([1, 2, 2, 3])
            for v in list(left):
                on = {self.candidates[x][0] for x in group}
                if len(group) < size and self.candidates[v][0] not in on:
                    group.append(v)
                    left.remove(v)
            self.services.append(group)

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        head = ('<?xml version="1.0"?>\n<imm:IMM-contents xmlns:imm='
                '"http://www.saforum.org/IMMSchema">\n')
        for name, version in (('source', '1.0.0'), ('target', '2.0.0')):
            out = [head, gen_fleet.common(), gen_fleet.types(version, True)]
            if name == 'target':
                out.append(gen_fleet.types('1.0.0', False, ('GuestOS',)))
            out += [gen_fleet.host(h, version)
                    for h in range(len(self.room))]
            out += [gen_fleet.service(i, [(v, self.candidates[v]) for v in s],
                                      '1.0.0')
                    for i, s in enumerate(self.services)]
            out.append('</imm:IMM-contents>\n')
            with open(os.path.join(folder, name + '.xml'), 'w',
                      encoding='utf-8') as f:
                f.write(''.join(out))
        with open(os.path.join(folder, 'policy.yaml'), 'w') as f:
            f.write(POLICY % ''.join(
                '  - {match: "%s", resources: {guests: %d}}\n'
                % (gen_fleet.vmm_dn(h), k) for h, k in enumerate(self.room)))

    # --- what is possible ---

    def place(self, down):
        """Is there room for all VMs on hosts that are not down?"""
        full = {h: [] for h in range(len(self.room)) if h not in down}

        def find(v, seen):
            for h in self.candidates[v]:
                if h in down or h in seen:
                    continue
                seen.add(h)
                if len(full[h]) < self.room[h]:
                    full[h].append(v)
                    return True
                for i, w in enumerate(full[h]):
                    if find(w, seen):
                        full[h][i] = v
                        return True
            return False

        return all(find(v, set()) for v in range(len(self.candidates)))

    def fewest(self):
        """The least number of waves in which all hosts can go down, None if
        one cannot."""
        n = len(self.room)
        best = {0: 0}
        fit = [m for m in range(1, 1 << n)
               if self.place({h for h in range(n) if m >> h & 1})]
        for done in range(1 << n):
            if done not in best:
                continue
            for m in fit:
                if m & done == 0:
                    k = best.get(done | m, n + 1)
                    best[done | m] = min(k, best[done] + 1)
        return best.get((1 << n) - 1)
