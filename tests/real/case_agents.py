"""X6: agents of Pacemaker and a site's own script, as they are: what
examples/09-agents shows, for real."""
import os

from case_example import HOSTS, Story
from site_of import VMS, HOME
from tools import check

AGENTS = '/usr/lib/ocf/resource.d/heartbeat'
# What ssh does: the words joined, for a shell there, in its environment.
SSH = '''. %(folder)s/site.sh
to=$1
shift
exec sh "$(folder "$to")/host.sh" enter env -i HA_RSCTMP=%(folder)s/notes \\
    PATH=%(folder)s/bin:"$PATH" /bin/sh -c "$*"
'''
DPKG = '''#!/bin/sh
exec /usr/bin/%(program)s %(words)s "$@"
'''


class Agents(Story):
    EXAMPLE = '09-agents'
    FILES = ('source.yaml', 'target.yaml', 'policy.yaml', 'virsh.yaml',
             'virsh.sh')

    def __init__(self, bed):
        for name in ('notes', 'bin'):
            os.mkdir(bed.path(name))
        super().__init__(bed)
        self.write('ssh', SSH % {'folder': bed.folder})
        root = '%s/$(hostname)/root' % bed.folder
        for program, words in (
                ('dpkg', '--root="%s" --force-script-chrootless '
                 '--log=/dev/null' % root),
                ('dpkg-query', '--admindir="%s/var/lib/dpkg"' % root)):
            self.write('bin/' + program, DPKG % {'program': program,
                                                 'words': words})
            os.chmod(bed.path('bin', program), 0o755)
        for host, ours in HOSTS.items():
            self.write('uri-' + host, self.host_of[ours].uri)

    def adapted(self, text):
        folder = self.bed.folder
        for was, here in (
                ('/usr/bin/ssh, -o, BatchMode=yes, -o, ConnectTimeout=10, '
                 '"root@%{on.rdn}"', '/bin/sh, %s/ssh, "%%{on.rdn}"' % folder),
                ('/usr/bin/dpkg', folder + '/bin/dpkg'),
                ('/srv/machines', folder), ('/srv/images', folder + '/disks'),
                ('/srv/packages', folder + '/packages'),
                ('migration_transport=ssh"', 'migration_transport=tcp"\n'
                 '      - "migrate_options=--unsafe"'),
                ('echo "qemu+ssh://root@$1/system"', 'cat %s/uri-$1' % folder),
                ('migrate --live', 'migrate --live --unsafe')):
            text = text.replace(was, here)
        return super().adapted(text)

    def images(self):
        super().images()
        for name in ('vm1', 'vm2'):
            self.shell('image.sh', 'install', name, 'guest_2')
            self.shell('image.sh', 'install', name, 'guest_1')


class Transient(Agents):
    """An agent leaves no definition of a machine that does not run."""

    def start(self, images):
        for i, name in enumerate(VMS):
            self.host_of[HOME[name]].virsh('create', self.bed.domain(
                name, i, None, disk=self.bed.path('disks', name + '.qcow2')))
        for name in VMS:
            self.serial(name).beats()


def missing():
    for name in 'VirtualDomain', 'Dummy':
        if not os.path.exists(os.path.join(AGENTS, name)):
            return 'there are no agents: resource-agents is not installed'
    return None


RUN = 'camprun run campaign.xml --source source.yaml --state run ' \
    '--driver=exec -p '


def case_agents_of_pacemaker(bed):
    story = Transient(bed)
    story.prepare()
    story.is_at(1, 1)
    story.readme(RUN + 'policy.yaml')
    check('COMPLETED' in story.readme('camprun status'), 'status is silent')
    story.is_upgraded()
    check(sorted(bed.a.running() + bed.b.running()) == sorted(VMS), 'machines')
    for host in HOSTS:
        check(os.path.exists(bed.path('notes', 'Dummy-%s.state' % host)),
              'what is on %s did not start again' % host)
    story.readme('camprun rollback')
    story.is_back()


case_agents_of_pacemaker.missing = missing


def case_agents_package_refuses(bed):
    story = Transient(bed)
    story.prepare()
    story.package_is_refused(RUN + 'policy.yaml')
    story.never_stopped('vm3', 'vm4')
    os.remove(bed.path('b/root/refuse'))
    story.command(story.args('camprun', 'resume', '--state', 'run', '--yes'))
    story.is_at(2, 2)


case_agents_package_refuses.missing = missing


def case_agents_find_a_machine_down(bed):
    story = Transient(bed)
    story.prepare()
    bed.b.virsh('destroy', 'vm4')
    said = story.readme(RUN + 'policy.yaml', 1)
    check('"safEE=vm4,safDomain=site" does not run' in said, said)
    story.never_stopped('vm1', 'vm2', 'vm3')


case_agents_find_a_machine_down.missing = missing


def case_script_with_virsh(bed):
    story = Agents(bed)
    story.prepare()
    story.readme(RUN + 'virsh.yaml')
    story.runs_once()
    for name in VMS:
        story.counting(name, 2 if name in ('vm1', 'vm2') else 1)
    story.never_stopped('vm3', 'vm4')
    story.readme('camprun rollback')
    story.is_at(1, 1)
