"""Campaigns that go well, on real hosts."""
from bed import check
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
