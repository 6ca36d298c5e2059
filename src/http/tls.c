#include "http/tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <unistd.h>

struct tls {
	SSL_CTX *ctx;
};

/* RFC 7301: this protocol or none. */
static int
choose_protocol(SSL *ssl UNUSED, const unsigned char **out,
    unsigned char *out_n, const unsigned char *in, unsigned int in_n,
    void *arg UNUSED)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	if (SSL_select_next_proto(&chosen, out_n, ours, sizeof(ours) - 1, in,
	    in_n) != OPENSSL_NPN_NEGOTIATED) {
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	}
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static enum err
configure(SSL_CTX *ctx, const char *certificate, const char *key)
{
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
	    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/* Buffers of idle connections go, and are wiped by their library. */
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
	if (access(certificate, R_OK) != 0 || access(key, R_OK) != 0) {
		return ERR_IO;
	}
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
	    SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	return ERR_NONE;
}

enum err
tls_new(const char *certificate, const char *key, struct tls **ret_tls)
{
	struct tls *t = calloc(1, sizeof(*t));
	enum err e;

	if (t == NULL) {
		return ERR_NOMEM;
	}
	t->ctx = SSL_CTX_new(TLS_server_method());
	e = t->ctx == NULL ? ERR_NOMEM : configure(t->ctx, certificate, key);
	if (e != ERR_NONE) {
		tls_free(t);
		return e;
	}
	*ret_tls = t;
	return ERR_NONE;
}

void
tls_free(struct tls *t)
{
	if (t != NULL) {
		SSL_CTX_free(t->ctx);
		free(t);
	}
}

struct bufferevent *
tls_bufferevent(struct tls *t, struct event_base *base)
{
	SSL *ssl = SSL_new(t->ctx);
	struct bufferevent *bev;

	if (ssl == NULL) {
		return NULL;
	}
	bev = bufferevent_openssl_socket_new(base, -1, ssl,
	    BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (bev == NULL) {
		SSL_free(ssl);
		return NULL;
	}
	/* Lengths delimit requests; a missing close_notify tells nothing. */
	bufferevent_openssl_set_allow_dirty_shutdown(bev, 1);
	return bev;
}
