#define _GNU_SOURCE
#include "CMeasuring.h"
#include "floor.h"

#include <openssl/err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Connections that were made before the memory is measured for the first time: what is shared is theirs. */
enum { SHARED = 100 };

/* A server's tickets come behind the handshake: they are read as they arrive, until none came for so many milliseconds. */
static void take_tickets(int waiting, SSL **sessions, int patience) {
    struct epoll_event events[64];
    int ready;
    while ((ready = epoll_wait(waiting, events, 64, patience)) > 0) {
        for (int i = 0; i < ready; i++) {
            char octet;
            if (sessions[events[i].data.u32]) SSL_read(sessions[events[i].data.u32], &octet, 1);
            ERR_clear_error();
        }
    }
}

/* Opens `count` connections and says what each takes; prints `ready`, and notes how long each wake-up took to come. */
void hold_idle(const struct wishes *wishes) {
    SSL_CTX *settings = client_settings(wishes);
    int count = (int)wishes->count;
    int *descriptors = calloc((size_t)count, sizeof *descriptors);
    SSL **sessions = calloc((size_t)count, sizeof *sessions);
    int waiting = epoll_create1(EPOLL_CLOEXEC);
    struct process_figures first = {0}, last, rested;
    for (int i = 0; i < count; i++) {
        if (i == SHARED) process_figures_now(&first);
        descriptors[i] = connect_to(wishes->port);
        if (settings) sessions[i] = secure(settings, descriptors[i]);
        fcntl(descriptors[i], F_SETFL, O_NONBLOCK);
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        epoll_ctl(waiting, EPOLL_CTL_ADD, descriptors[i], &event);
        take_tickets(waiting, sessions, 0);
    }
    take_tickets(waiting, sessions, 300);
    process_figures_now(&last);
    sleep(1);
    process_figures_now(&rested);
    double each = (double)(count - SHARED);
    printf("count=%d resident=%.0f heap=%.0f rest_cpu=%lld\n", count, (double)(last.resident - first.resident) / each,
           (double)(last.heap - first.heap) / each,
           (long long)(rested.user_ns + rested.system_ns - last.user_ns - last.system_ns));
    printf("ready\n");
    fflush(stdout);

    int wakes = wishes->wakes, seen = 0;
    int64_t *samples = calloc((size_t)wakes, sizeof *samples);
    while (seen < wakes) {
        struct epoll_event events[64];
        int ready = epoll_wait(waiting, events, 64, -1);
        for (int i = 0; i < ready && seen < wakes; i++) {
            uint32_t at = events[i].data.u32;
            int64_t sent = 0;
            long got = settings ? SSL_read(sessions[at], &sent, sizeof sent) : recv(descriptors[at], &sent, sizeof sent, 0);
            if (got == sizeof sent) samples[seen++] = monotonic_ns() - sent;
        }
    }
    printf("count=%d", wakes);
    print_percentiles("wake", samples, wakes);
    printf("\n");
    fflush(stdout);
}
