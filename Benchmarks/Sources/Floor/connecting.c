#define _GNU_SOURCE
#include "floor.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void fail(const char *what) {
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

void begin(struct start *start) {
    process_figures_now(&start->figures);
    start->allocations = allocation_count();
}

void report(const struct start *start, long long count) {
    const struct process_figures *before = &start->figures;
    int64_t allocations = allocation_count() - start->allocations;
    struct process_figures after;
    process_figures_now(&after);
    printf("count=%lld wall=%lld user=%lld system=%lld waits=%lld allocations=%lld\n", count,
           (long long)(after.wall_ns - before->wall_ns), (long long)(after.user_ns - before->user_ns),
           (long long)(after.system_ns - before->system_ns), (long long)(after.waits - before->waits),
           (long long)allocations);
}

SSL_CTX *client_settings(const struct wishes *wishes) {
    if (!wishes->roots) return NULL;
    SSL_CTX *settings = SSL_CTX_new(TLS_client_method());
    if (!settings || SSL_CTX_load_verify_file(settings, wishes->roots) != 1) fail("floor: roots");
    SSL_CTX_set_min_proto_version(settings, TLS1_2_VERSION);
    SSL_CTX_set_verify(settings, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(settings, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(settings, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_read_ahead(settings, wishes->reads_ahead);
    return settings;
}

int connect_to(int port) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    if (descriptor < 0) fail("floor: socket");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("floor: connect");
    return descriptor;
}

SSL *secure(SSL_CTX *settings, int descriptor) {
    SSL *tls = SSL_new(settings);
    if (!tls || SSL_set_fd(tls, descriptor) != 1 || SSL_set_tlsext_host_name(tls, "localhost") != 1 ||
        SSL_set1_host(tls, "localhost") != 1 || SSL_connect(tls) != 1)
        fail("floor: TLS");
    return tls;
}

void connect_often(const struct wishes *wishes) {
    SSL_CTX *settings = client_settings(wishes);
    struct start before;
    begin(&before);
    for (long long i = 0; i < wishes->count; i++) {
        int descriptor = connect_to(wishes->port);
        if (settings) {
            SSL *tls = secure(settings, descriptor);
            SSL_shutdown(tls);
            SSL_free(tls);
        }
        close(descriptor);
    }
    report(&before, wishes->count);
}
