#ifndef MAILWIRE_FLOOR_H
#define MAILWIRE_FLOOR_H

#include "CMeasuring.h"

#include <openssl/ssl.h>

/* What the command line said. */
struct wishes {
    int port;
    const char *roots; /* PEM; NULL for plaintext */
    long long count;
    int buffer;
    int reads_ahead;
    int wakes;
};

/* Where measuring began. */
struct start {
    struct process_figures figures;
    int64_t allocations;
};

void begin(struct start *start);

/* Prints what `count` things took since then. */
void report(const struct start *start, long long count);

/* The settings that the transport makes for itself, for a client. */
SSL_CTX *client_settings(const struct wishes *wishes);

/* A connected blocking socket with the options that the transport sets. */
int connect_to(int port);

/* TLS over a connected blocking socket, with the handshake done and the peer verified. */
SSL *secure(SSL_CTX *settings, int descriptor);

void fail(const char *what);

void round_trips(const struct wishes *wishes);
void waited_round_trips(const struct wishes *wishes);
void receive_all(const struct wishes *wishes);
void send_all(const struct wishes *wishes);
void connect_often(const struct wishes *wishes);
void hold_idle(const struct wishes *wishes);

#endif
