#include "bare.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

struct bare {
	CURLM *multi;
	struct curl_slist *headers, *to;
	char body[2048];
	const char *url;
	bool mail;
	struct { CURL *easy; size_t read; } one[BARE_CONNECTIONS_MAX];
	unsigned connections;
	unsigned under_way;
	uint64_t left, done;
};

static size_t
swallow(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static size_t
upload(char *p, size_t size, size_t n, void *arg)
{
	size_t *read = arg, rest;
	static char text[2048];

	if (text[0] == '\0') {
		memset(text, 'x', sizeof(text) - 1);
		for (size_t i = 70; i < sizeof(text) - 2; i += 72) {
			text[i] = '\r';
			text[i + 1] = '\n';
		}
	}
	rest = sizeof(text) - 1 - *read;
	n = size * n < rest ? size * n : rest;
	memcpy(p, text + *read, n);
	*read += n;
	return n;
}

static void
begin(struct bare *b, unsigned i)
{
	CURL *e = b->one[i].easy;

	b->one[i].read = 0;
	curl_easy_setopt(e, CURLOPT_URL, b->url);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, swallow);
	if (b->mail) {
		curl_easy_setopt(e, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(e, CURLOPT_MAIL_FROM, "<code@shop.example>");
		curl_easy_setopt(e, CURLOPT_MAIL_RCPT, b->to);
		curl_easy_setopt(e, CURLOPT_READFUNCTION, upload);
		curl_easy_setopt(e, CURLOPT_READDATA, &b->one[i].read);
	} else {
		curl_easy_setopt(e, CURLOPT_HTTPHEADER, b->headers);
		curl_easy_setopt(e, CURLOPT_POSTFIELDS, b->body);
	}
	curl_multi_add_handle(b->multi, e);
	b->under_way++;
	b->left--;
}

static void
collect(struct bare *b)
{
	CURLMsg *m;
	int queued;

	while ((m = curl_multi_info_read(b->multi, &queued)) != NULL) {
		CURL *e = m->easy_handle;

		b->done += m->data.result == CURLE_OK;
		curl_multi_remove_handle(b->multi, e);
		b->under_way--;
		for (unsigned i = 0; i < b->connections; i++) {
			if (b->one[i].easy == e && b->left > 0) {
				begin(b, i);
			}
		}
	}
}

uint64_t
bare_loop(bool by_mail, const char *url, uint64_t n, unsigned connections)
{
	struct bare b = {.multi = curl_multi_init(), .left = n, .url = url,
	    .mail = by_mail, .connections = connections};
	int running = 0;

	assert(connections > 0 && connections <= BARE_CONNECTIONS_MAX);
	b.headers = curl_slist_append(NULL, "Content-Type: application/json");
	b.headers = curl_slist_append(b.headers, "Authorization: Bearer secret");
	b.headers = curl_slist_append(b.headers, "Idempotency-Key: \"msg_"
	    "06gywnjy02848cj5xkcy6zcyxyqnav4j4jp0\"");
	b.to = curl_slist_append(NULL, "<customer1@example.com>");
	snprintf(b.body, sizeof(b.body), "{\"id\":\"msg_06gywnjy02848cj5xkcy6z"
	    "cyxyqnav4j4jp0\",\"to\":\"+491500000001\",\"from\":\"Shop\","
	    "\"text\":\"%0120d\",\"receipts\":\"\"}", 7);
	for (unsigned i = 0; i < connections && b.left > 0; i++) {
		b.one[i].easy = curl_easy_init();
		begin(&b, i);
	}
	while (b.under_way > 0) {
		curl_multi_perform(b.multi, &running);
		collect(&b);
		if (running > 0) {
			curl_multi_poll(b.multi, NULL, 0, 1000, NULL);
		}
	}
	for (unsigned i = 0; i < connections; i++) {
		curl_easy_cleanup(b.one[i].easy);
	}
	curl_multi_cleanup(b.multi);
	return b.done;
}
