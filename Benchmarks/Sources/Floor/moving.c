#define _GNU_SOURCE
#include "CMeasuring.h"
#include "floor.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The same with a wait between: what any program does that holds more than one connection on a thread. */
void waited_round_trips(const struct wishes *wishes) {
    int descriptor = connect_to(wishes->port);
    int waiting = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    epoll_ctl(waiting, EPOLL_CTL_ADD, descriptor, &event);
    struct start before;
    char octet = 'm';
    const long long warm_up = 1000;
    for (long long i = -warm_up; i < wishes->count; i++) {
        if (i == 0) begin(&before);
        if (send(descriptor, &octet, 1, MSG_NOSIGNAL) != 1) fail("floor: send");
        if (epoll_wait(waiting, &event, 1, -1) != 1) fail("floor: wait");
        if (recv(descriptor, &octet, 1, 0) != 1) fail("floor: receive");
    }
    report(&before, wishes->count);
}

/* One octet there, one back, `count` times. */
void round_trips(const struct wishes *wishes) {
    SSL_CTX *settings = client_settings(wishes);
    int descriptor = connect_to(wishes->port);
    SSL *tls = settings ? secure(settings, descriptor) : NULL;
    struct start before;
    char octet = 'm';
    const long long warm_up = 1000;
    for (long long i = -warm_up; i < wishes->count; i++) {
        if (i == 0) begin(&before);
        if (tls) {
            if (SSL_write(tls, &octet, 1) != 1 || SSL_read(tls, &octet, 1) != 1) fail("floor: round trip");
        } else {
            if (send(descriptor, &octet, 1, MSG_NOSIGNAL) != 1 || recv(descriptor, &octet, 1, 0) != 1)
                fail("floor: round trip");
        }
    }
    report(&before, wishes->count);
}

/* All that the peer sends, into one buffer again and again. */
void receive_all(const struct wishes *wishes) {
    SSL_CTX *settings = client_settings(wishes);
    char *buffer = malloc((size_t)wishes->buffer);
    memset(buffer, 0, (size_t)wishes->buffer);
    int descriptor = connect_to(wishes->port);
    SSL *tls = settings ? secure(settings, descriptor) : NULL;
    struct start before;
    begin(&before);
    long long total = 0;
    long count;
    while (1) {
        count = tls ? SSL_read(tls, buffer, wishes->buffer) : recv(descriptor, buffer, (size_t)wishes->buffer, 0);
        if (count <= 0) break;
        total += count;
    }
    if (total != wishes->count) fail("floor: not all arrived");
    report(&before, total);
}

/* `count` octets to a peer that reads them. */
void send_all(const struct wishes *wishes) {
    SSL_CTX *settings = client_settings(wishes);
    char *buffer = malloc((size_t)wishes->buffer);
    memset(buffer, 'm', (size_t)wishes->buffer);
    int descriptor = connect_to(wishes->port);
    SSL *tls = settings ? secure(settings, descriptor) : NULL;
    struct start before;
    begin(&before);
    for (long long sent = 0; sent < wishes->count;) {
        long count = tls ? SSL_write(tls, buffer, wishes->buffer) : send(descriptor, buffer, (size_t)wishes->buffer, MSG_NOSIGNAL);
        if (count <= 0) fail("floor: send");
        sent += count;
    }
    report(&before, wishes->count);
}
