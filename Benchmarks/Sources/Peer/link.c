#define _GNU_SOURCE
#include "peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

SSL_CTX *server_settings(const char *folder) {
    char chain[4096], key[4096];
    snprintf(chain, sizeof chain, "%s/server.pem", folder);
    snprintf(key, sizeof key, "%s/server.key", folder);
    SSL_CTX *settings = SSL_CTX_new(TLS_server_method());
    if (!settings || SSL_CTX_use_certificate_chain_file(settings, chain) != 1 ||
        SSL_CTX_use_PrivateKey_file(settings, key, SSL_FILETYPE_PEM) != 1) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    SSL_CTX_set_min_proto_version(settings, TLS1_3_VERSION);
    SSL_CTX_set_mode(settings, SSL_MODE_RELEASE_BUFFERS);
    return settings;
}

int accept_link(int listener, SSL_CTX *settings, struct link *link) {
    link->tls = NULL;
    link->descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (link->descriptor < 0) return 0;
    int one = 1;
    setsockopt(link->descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (!settings) return 1;
    link->tls = SSL_new(settings);
    SSL_set_fd(link->tls, link->descriptor);
    if (SSL_accept(link->tls) == 1) return 1;
    ERR_clear_error();
    link_close(link);
    return 0;
}

long link_read(struct link *link, void *octets, size_t count) {
    if (!link->tls) return recv(link->descriptor, octets, count, 0);
    return SSL_read(link->tls, octets, (int)(count > 1 << 20 ? 1 << 20 : count));
}

long link_write(struct link *link, const void *octets, size_t count) {
    if (!link->tls) return send(link->descriptor, octets, count, MSG_NOSIGNAL);
    return SSL_write(link->tls, octets, (int)(count > 1 << 20 ? 1 << 20 : count));
}

void link_close(struct link *link) {
    if (link->tls) {
        SSL_shutdown(link->tls);
        ERR_clear_error();
        SSL_free(link->tls);
        link->tls = NULL;
    }
    close(link->descriptor);
    link->descriptor = -1;
}
