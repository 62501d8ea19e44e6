/* The least that the kernel and OpenSSL allow: loops of blocking calls, and epoll where there are many connections.

   floor roundtrip|waited|receive|send|connect|idle PORT COUNT [--tls ROOTS.pem] [--buffer OCTETS] [--read-ahead 1]

   Prints one line of `name=value`, times in nanoseconds. */

#define _GNU_SOURCE
#include "CMeasuring.h"
#include "floor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    if (count < 4) {
        fprintf(stderr, "usage: floor roundtrip|waited|receive|send|connect|idle PORT COUNT [--tls ROOTS] [--buffer N]\n");
        return 2;
    }
    struct wishes wishes = {.port = atoi(arguments[2]), .count = atoll(arguments[3]), .buffer = 64 * 1024};
    for (int i = 4; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--tls") == 0) wishes.roots = arguments[i + 1];
        if (strcmp(arguments[i], "--buffer") == 0) wishes.buffer = atoi(arguments[i + 1]);
        if (strcmp(arguments[i], "--wakes") == 0) wishes.wakes = atoi(arguments[i + 1]);
        if (strcmp(arguments[i], "--read-ahead") == 0) wishes.reads_ahead = atoi(arguments[i + 1]);
    }
    signal(SIGPIPE, SIG_IGN);
    settle_on_processor();
    raise_descriptor_limit();
    const char *mode = arguments[1];
    if (strcmp(mode, "roundtrip") == 0) round_trips(&wishes);
    else if (strcmp(mode, "waited") == 0) waited_round_trips(&wishes);
    else if (strcmp(mode, "receive") == 0) receive_all(&wishes);
    else if (strcmp(mode, "send") == 0) send_all(&wishes);
    else if (strcmp(mode, "connect") == 0) connect_often(&wishes);
    else if (strcmp(mode, "idle") == 0) hold_idle(&wishes);
    else return 2;
    return 0;
}
