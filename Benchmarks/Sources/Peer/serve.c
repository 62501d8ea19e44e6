#define _GNU_SOURCE
#include "CMeasuring.h"
#include "peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

static char block[256 * 1024];

/* A process for each connection: none of them waits for another. */
static void serve_each(int listener, SSL_CTX *settings, long long octets,
                       void (*serve)(struct link *, long long octets)) {
    while (1) {
        struct link link;
        if (!accept_link(listener, NULL, &link)) continue;
        if (fork() != 0) {
            close(link.descriptor);
            continue;
        }
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (settings) {
            link.tls = SSL_new(settings);
            SSL_set_fd(link.tls, link.descriptor);
            if (SSL_accept(link.tls) != 1) _exit(1);
        }
        serve(&link, octets);
        link_close(&link);
        _exit(0);
    }
}

static void echo(struct link *link, long long octets) {
    (void)octets;
    long count;
    while ((count = link_read(link, block, sizeof block)) > 0)
        for (long sent = 0, part; sent < count; sent += part)
            if ((part = link_write(link, block + sent, (size_t)(count - sent))) <= 0) return;
}

static void flood(struct link *link, long long octets) {
    long long left = octets;
    while (octets == 0 || left > 0) {
        size_t part = octets == 0 || left > (long long)sizeof block ? sizeof block : (size_t)left;
        long count = link_write(link, block, part);
        if (count <= 0) return;
        left -= count;
    }
}

static void sink(struct link *link, long long octets) {
    (void)octets;
    while (link_read(link, block, sizeof block) > 0) {}
}

void serve_echo(int listener, SSL_CTX *settings) { serve_each(listener, settings, 0, echo); }

void serve_flood(int listener, SSL_CTX *settings, long long octets) {
    memset(block, 'm', sizeof block);
    serve_each(listener, settings, octets, flood);
}

void serve_sink(int listener, SSL_CTX *settings) { serve_each(listener, settings, 0, sink); }

/* One connection after the other, each held until the client closes it. */
void serve_brief(int listener, SSL_CTX *settings) {
    while (1) {
        struct link link;
        if (!accept_link(listener, settings, &link)) continue;
        sink(&link, 0);
        link_close(&link);
    }
}

/* Takes `count` connections and holds them. `wake N GAP` on its standard input has it send the time, eight octets, on N of them
   chosen by chance, GAP microseconds apart. */
void serve_holding(int listener, SSL_CTX *settings, int count) {
    struct link *links = calloc((size_t)count, sizeof *links);
    for (int i = 0; i < count;)
        if (accept_link(listener, settings, &links[i])) i++;
    char line[128];
    uint64_t chance = 88172645463325252ULL;
    while (fgets(line, sizeof line, stdin)) {
        int wakes = 0, gap = 0;
        if (sscanf(line, "wake %d %d", &wakes, &gap) != 2) continue;
        for (int i = 0; i < wakes; i++) {
            usleep((useconds_t)gap);
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            int64_t now = monotonic_ns();
            if (link_write(&links[chance % (uint64_t)count], &now, sizeof now) != sizeof now) exit(1);
        }
    }
}
