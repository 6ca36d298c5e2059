#include "flow/flow.h"

unix_ms
flow_now(const struct flow *f)
{
	return clock_now(&f->clock);
}

struct str
flow_id_bytes(const struct id *id)
{
	return (struct str){(const char *)id->b, ID_BYTES};
}
