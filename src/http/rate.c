#include "http/rate.h"

#include "base/buf.h"

/* Up, so that who waits that long is not told to wait again. */
static int64_t
whole_seconds(duration_ms d)
{
	return d.v <= 0 ? 0 : (d.v - 1) / 1000 + 1;
}

void
http_add_retry_after(struct http_exchange *x, duration_ms wait)
{
	struct buf CLEANUP(buf_done) value = {0};
	int64_t s = whole_seconds(wait);

	buf_init(&value, 32);
	buf_i64(&value, s < 1 ? 1 : s);
	http_add_header(x, "Retry-After", buf_view(&value));
}

void
http_add_rate(struct http_exchange *x, const struct http_rate *rate)
{
	struct buf CLEANUP(buf_done) value = {0};

	buf_init(&value, 256);
	buf_printf(&value, "\"%s\";r=%lld;t=%lld", rate->name,
	    (long long)(rate->left < 0 ? 0 : rate->left),
	    (long long)whole_seconds(rate->reset));
	http_add_header(x, "RateLimit", buf_view(&value));
	buf_clear(&value);
	buf_printf(&value, "\"%s\";q=%lld;w=%lld", rate->name,
	    (long long)rate->quota, (long long)whole_seconds(rate->window));
	http_add_header(x, "RateLimit-Policy", buf_view(&value));
}
