#ifndef MAILWIRE_COPENSSL_SERVER_H
#define MAILWIRE_COPENSSL_SERVER_H

#include <openssl/crypto.h>
#include <openssl/ocsp.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* What a server and an authority for tests need of what OpenSSL spells as a macro. */

static inline long mailwire_SSL_CTX_add1_chain_cert(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}
static inline long mailwire_SSL_CTX_server_groups_list(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups);
}
static inline long mailwire_SSL_CTX_server_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline long mailwire_SSL_CTX_set_ticket_keys(SSL_CTX *context, void *keys, long count) {
    return SSL_CTX_set_tlsext_ticket_keys(context, keys, count);
}
static inline long mailwire_SSL_CTX_set_staple_callback(SSL_CTX *context, int (*callback)(SSL *, void *)) {
    return SSL_CTX_set_tlsext_status_cb(context, callback);
}
/* The response is copied; OpenSSL frees the copy. */
static inline long mailwire_SSL_set_staple(SSL *ssl, const unsigned char *response, long count) {
    unsigned char *copy = (unsigned char *)OPENSSL_memdup(response, (size_t)count);
    return copy == NULL ? 0 : SSL_set_tlsext_status_ocsp_resp(ssl, copy, count);
}
static inline long mailwire_SSL_server_group(SSL *ssl) {
    return SSL_get_negotiated_group(ssl);
}
static inline void mailwire_OPENSSL_free(void *memory) {
    OPENSSL_free(memory);
}
static inline void mailwire_X509_list_free(STACK_OF(X509) *list) {
    sk_X509_pop_free(list, X509_free);
}

#endif
