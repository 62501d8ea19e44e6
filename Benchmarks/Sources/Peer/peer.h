#ifndef MAILWIRE_PEER_H
#define MAILWIRE_PEER_H

#include <openssl/ssl.h>

/* One accepted connection; `tls` is NULL in plaintext. */
struct link {
    int descriptor;
    SSL *tls;
};

/* A server's settings with `folder`/server.pem and server.key; exits where they cannot be read. */
SSL_CTX *server_settings(const char *folder);

/* Takes the next connection, with its handshake done; 0 where it failed. */
int accept_link(int listener, SSL_CTX *settings, struct link *link);

/* Both return what was moved, 0 or less at the end. */
long link_read(struct link *link, void *octets, size_t count);
long link_write(struct link *link, const void *octets, size_t count);

void link_close(struct link *link);

/* The programs. */
void serve_echo(int listener, SSL_CTX *settings);
void serve_flood(int listener, SSL_CTX *settings, long long octets);
void serve_sink(int listener, SSL_CTX *settings);
void serve_brief(int listener, SSL_CTX *settings);
void serve_holding(int listener, SSL_CTX *settings, int count);

#endif
