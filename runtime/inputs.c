/*
 * What is read before anything is proved or done? Each file is looked at only
 * if those before it were good, so that one mistake is said once.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "diag.h"
#include "digest.h"
#include "inputs.h"
#include "model.h"
#include "run_options.h"
#include "statedir.h"

static int
read_campaign(struct inputs *in, const char *path, struct diag *d)
{
	in->campaign = campaign_load(path, d);
	if (in->campaign == NULL)
		return cli_failure(PROGRAM, "read", path, errno);
	if (d->nerror == 0)
		campaign_check(in->campaign, d);
	return EXIT_DONE;
}

static int
read_model(struct model **out, const char *path, struct diag *d)
{
	size_t before = d->nerror;
	struct diag doubts = { 0 };

	*out = model_load(path, d);
	if (*out == NULL)
		return cli_failure(PROGRAM, "read", path, errno);
	if (d->nerror == before && !model_is_right(*out, &doubts))
		model_is_right(*out, d);
	diag_free(&doubts);
	return EXIT_DONE;
}

int
inputs_read(struct inputs *in, const char *campaign, const char *source,
    const char *target, struct diag *d)
{
	int status;

	*in = (struct inputs){ 0 };
	status = read_campaign(in, campaign, d);
	if (status == EXIT_DONE)
		status = read_model(&in->source, source, d);
	if (status == EXIT_DONE && target != NULL)
		status = read_model(&in->target, target, d);
	return status == EXIT_DONE && d->nerror > 0 ? EXIT_ERRORS : status;
}

int
inputs_read_kept(struct inputs *in, const struct statedir *dir, struct diag *d)
{
	char *campaign = statedir_file(dir, "campaign.xml");
	char *source = statedir_file(dir, "source");
	int status = inputs_read(in, campaign, source, NULL, d);

	free(campaign);
	free(source);
	return status;
}

bool
inputs_match(const struct inputs *in, const char *source, struct diag *d)
{
	uint32_t want = in->campaign->source_digest;
	char have[DIGEST_TEXT];

	if (want == NAME_NONE)
		return true;
	digest_model(in->source, have);
	if (strcmp(name_str(want), have) == 0)
		return true;
	return diag_report(d, DIAG_OTHER_SOURCE,
	    campaign_place(in->campaign, SRC_WHOLE), NAME_NONE,
	    "the campaign is for the source %.64s, but \"%.1000s\" is %s%s",
	    name_str(want), strcmp(source, "-") == 0 ? "standard input" :
	    source, have, in->campaign->target_digest != NAME_NONE &&
	    strcmp(name_str(in->campaign->target_digest), have) == 0 ?
	    ", its target" : "");
}

void
inputs_free(struct inputs *in)
{
	campaign_free(in->campaign);
	model_free(in->source);
	model_free(in->target);
	*in = (struct inputs){ 0 };
}
