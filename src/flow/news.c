#include "flow/news.h"

enum err
news_tell(struct tx *tx UNUSED, const struct flow *f UNUSED,
    const struct shipment_row *row UNUSED, enum news what UNUSED,
    unix_ms now UNUSED)
{
	return ERR_NONE;
}
