"""Campaigns that go well, on real hosts."""
from site_of import Site, VMS


def case_whole_site(bed):
    site = Site(bed)
    site.run('run', 0)
    site.is_target()
    site.is_model('target')
    site.never_stopped('vm3', 'vm4')
    site.run('rollback', 0)
    site.is_source()
    site.is_model('source')
    site.never_stopped('vm3', 'vm4')


def case_hosts_move_among_themselves(bed):
    site = Site(bed, ('a',), peer=True)
    site.run('run', 0)
    site.is_target()
    site.never_stopped(*VMS)


def case_rehearsal(bed):
    site = Site(bed, ('a', 'vm1'))
    site.run('run', 0, '--rehearse')
    site.is_source()
    site.is_model('source')
    site.never_stopped('vm2', 'vm3', 'vm4')
