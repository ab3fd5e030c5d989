/* Stands in until the files that belong here are merged. */
#include <stdlib.h>
#include "campaign.h"
#include "plan_text.h"
__attribute__((weak)) bool campaign_check(const struct campaign *c, struct diag *d);
bool campaign_check(const struct campaign *c, struct diag *d){(void)c;(void)d;return true;}
__attribute__((weak)) void model_write_yaml(const struct model *m, struct buf *b);
void model_write_yaml(const struct model *m, struct buf *b){(void)m;(void)b;}
__attribute__((weak)) void model_write_xml(const struct model *m, struct buf *b);
void model_write_xml(const struct model *m, struct buf *b){(void)m;(void)b;}
__attribute__((weak)) struct campaign *campaign_load(const char *p, struct diag *d);
struct campaign *campaign_load(const char *p, struct diag *d){(void)p;(void)d;abort();}
__attribute__((weak)) void plan_text(const struct campaign *c, enum plan_zoom z, struct buf *b);
void plan_text(const struct campaign *c, enum plan_zoom z, struct buf *b){(void)c;(void)z;(void)b;}
