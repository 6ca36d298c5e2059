/*
 * TLS: what is offered, what is refused, and that answers say so (S112).
 * The certificate is made here, so that none lies in the tree.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <unistd.h>

#include "peer.h"

static char folder[] = "/tmp/watchword-tls-XXXXXX";
static char cert_path[64], key_path[64], other_key_path[64];

static void
write_key(EVP_PKEY *key, const char *path)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL),
	    1);
	assert_int_equal(fclose(f), 0);
}

static void
write_certificate(EVP_PKEY *key, const char *path)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(X509_set_version(x, 2), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), -60));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"localhost", -1, -1, 0), 1);
	assert_int_equal(X509_set_issuer_name(x, name), 1);
	assert_int_equal(X509_set_pubkey(x, key), 1);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(f, x), 1);
	assert_int_equal(fclose(f), 0);
	X509_free(x);
}

static int
make_files(void **state UNUSED)
{
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");

	assert_non_null(mkdtemp(folder));
	(void)snprintf(cert_path, sizeof(cert_path), "%s/cert", folder);
	(void)snprintf(key_path, sizeof(key_path), "%s/key", folder);
	(void)snprintf(other_key_path, sizeof(other_key_path), "%s/other",
	    folder);
	write_key(key, key_path);
	write_key(other, other_key_path);
	write_certificate(key, cert_path);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	return 0;
}

static int
remove_files(void **state UNUSED)
{
	(void)unlink(cert_path);
	(void)unlink(key_path);
	(void)unlink(other_key_path);
	(void)rmdir(folder);
	return 0;
}

static void
secure(struct http_exchange *x)
{
	http_reply(x, 200, "text/plain",
	    http_is_tls(x) ? STR("secure") : STR("plain"));
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handler = secure},
	{.method = HTTP_POST, .pattern = "/", .handler = secure},
};

static void
start(struct served *s)
{
	served_init(s);
	s->options.routes = routes;
	s->options.n_routes = 2;
	s->options.tls_certificate = cert_path;
	s->options.tls_key = key_path;
	served_start(s);
}

/* A handshake with at most this version and these protocols; NULL: refused. */
static SSL *
handshake(struct peer *p, uint16_t port, SSL_CTX *ctx, int version,
    const char *protocols)
{
	SSL *ssl = SSL_new(ctx);

	peer_open(p, port);
	assert_non_null(ssl);
	assert_int_equal(SSL_set_max_proto_version(ssl, version), 1);
	SSL_set_security_level(ssl, 0);
	if (protocols != NULL) {
		assert_int_equal(SSL_set_alpn_protos(ssl,
		    (const unsigned char *)protocols,
		    (unsigned)strlen(protocols)), 0);
	}
	assert_int_equal(SSL_set_fd(ssl, p->fd), 1);
	if (SSL_connect(ssl) != 1) {
		SSL_free(ssl);
		peer_close(p);
		return NULL;
	}
	return ssl;
}

static void
test_offered(void **state UNUSED)
{
	static const struct {
		const char *protocols;
		int version;
		bool good;
	} rows[] = {
		{NULL, TLS1_3_VERSION, true},
		{NULL, TLS1_2_VERSION, true},
		{NULL, TLS1_1_VERSION, false},
		{NULL, TLS1_VERSION, false},
		{"\x02h2\x08http/1.1", TLS1_3_VERSION, true},
		{"\x02h2", TLS1_3_VERSION, false},
	};
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	struct served s;

	start(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct peer p;
		SSL *ssl = handshake(&p, s.port, ctx, rows[i].version,
		    rows[i].protocols);

		assert_int_equal(ssl != NULL, rows[i].good);
		if (ssl != NULL) {
			assert_int_equal(SSL_version(ssl), rows[i].version);
			SSL_free(ssl);
			peer_close(&p);
		}
	}
	SSL_CTX_free(ctx);
	served_stop(&s);
}

static void
test_requests(void **state UNUSED)
{
	static const char post[] = "POST / HTTP/1.1\r\nHost: a\r\n"
	    "Content-Type: application/json\r\nContent-Length: 20000\r\n\r\n";
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	static char body[20000], answer[4096];
	struct served s;
	struct peer p;
	SSL *ssl;

	start(&s);
	ssl = handshake(&p, s.port, ctx, TLS1_3_VERSION, NULL);
	assert_non_null(ssl);
	memset(body, ' ', sizeof(body));
	for (int i = 0; i < 10; i++) {
		int n;

		/* More than one record. */
		assert_true(SSL_write(ssl, post, sizeof(post) - 1) > 0);
		assert_true(SSL_write(ssl, body, sizeof(body)) > 0);
		n = SSL_read(ssl, answer, sizeof(answer) - 1);
		assert_true(n > 0);
		answer[n] = '\0';
		assert_true(strncmp(answer, "HTTP/1.1 200 ", 13) == 0);
		assert_non_null(strstr(answer, "\r\n\r\nsecure"));
		assert_non_null(strstr(answer,
		    "\r\nStrict-Transport-Security: max-age=31536000\r\n"));
	}
	/* The guard stands here too. */
	assert_true(SSL_write(ssl, "GET / HTTP/1.1\r\n\r\n", 18) > 0);
	assert_true(SSL_read(ssl, answer, sizeof(answer) - 1) > 0);
	assert_true(strncmp(answer, "HTTP/1.1 400 ", 13) == 0);
	SSL_free(ssl);
	peer_close(&p);
	SSL_CTX_free(ctx);
	served_stop(&s);
}

/* S104: a plain request is not answered, nor sent elsewhere. */
static void
test_plain_to_tls(void **state UNUSED)
{
	struct served s;
	struct peer p;

	start(&s);
	peer_open(&p, s.port);
	peer_say(&p, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	for (int more = 1; more != 0;) {
		more = peer_is_closed(&p) ? 0 : 1;
		assert_null(strstr(p.bytes, "HTTP/"));
		p.n = 0;
	}
	peer_close(&p);
	served_stop(&s);
}

static void
test_files_that_do_not_fit(void **state UNUSED)
{
	struct served s;

	served_init(&s);
	s.options.tls_certificate = cert_path;
	s.options.tls_key = other_key_path;
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_CRYPTO);
	s.options.tls_certificate = key_path;
	s.options.tls_key = key_path;
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_CRYPTO);
	s.options.tls_key = "/nonexistent";
	assert_int_equal(http_server_new(&s.options, &s.server), ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offered),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_plain_to_tls),
		cmocka_unit_test(test_files_that_do_not_fit),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
