#include "net/fetch.h"

#include <curl/curl.h>

static size_t
take(char *p, size_t size, size_t n, void *ctx)
{
	struct buf *answer = ctx;

	buf_put(answer, p, size * n);
	return buf_err(answer) == ERR_NONE ? size * n : 0;
}

static struct curl_slist *
headers_of(const struct fetch *f)
{
	struct curl_slist *list = NULL;
	char line[256];
	int n;

	if (f->body.n > 0) {
		list = curl_slist_append(list,
		    "Content-Type: application/json");
	}
	if (f->bearer != NULL) {
		n = snprintf(line, sizeof(line), "Authorization: Bearer %s",
		    f->bearer);
		if (n > 0 && (size_t)n < sizeof(line)) {
			list = curl_slist_append(list, line);
		}
		explicit_bzero(line, sizeof(line));
	}
	return list;
}

static enum err
err_of(CURLcode code, const struct buf *answer)
{
	switch ((int)code) {
	case CURLE_OK:
		return ERR_NONE;
	case CURLE_OPERATION_TIMEDOUT:
		return ERR_TIMEOUT;
	case CURLE_OUT_OF_MEMORY:
		return ERR_NOMEM;
	case CURLE_WRITE_ERROR:
		return buf_err(answer);
	default:
		return ERR_IO;
	}
}

enum err
net_fetch(const struct fetch *f, int *ret_status, struct buf *answer)
{
	CURL *curl = curl_easy_init();
	struct curl_slist *headers = headers_of(f);
	long status = 0;
	CURLcode code;

	if (curl == NULL) {
		curl_slist_free_all(headers);
		return ERR_NOMEM;
	}
	curl_easy_setopt(curl, CURLOPT_URL, f->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, f->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)f->patience.v);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	if (f->body.n > 0) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)f->body.n);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->body.p);
	}
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	*ret_status = (int)status;
	return err_of(code, answer);
}
