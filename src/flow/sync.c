#include "flow/sync.h"

enum err
sync_run(struct tx *tx, void *sync)
{
	struct sync *s = sync;
	enum err e = ERR_NONE;

	s->refused = false;
	for (unsigned i = 0; e == ERR_NONE && i < s->n; i++) {
		struct sync_line *l = s->lines[i];

		e = l->attempt ? door_attempt_run(tx, &l->tried)
		    : handover_late_run(tx, &l->handover);
		s->refused |= (l->attempt ? l->tried.verdict
		    : l->handover.verdict) == DOOR_UNPAIRED;
	}
	return e;
}
