/* The other end of every connection that is measured.

   peer echo|flood|sink|brief|hold [--tls FOLDER] [--octets N] [--connections N]

   Prints `port N`, serves until its standard input ends, and is the same for whoever is measured. */

#define _GNU_SOURCE
#include "CMeasuring.h"
#include "peer.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int listen_on_loopback(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("peer: listen");
        exit(1);
    }
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

/* `serve_holding` reads commands itself; the others go when whoever started them closes their standard input. */
static void serve_while_wanted(void) {
    if (fork() == 0) return;
    char octet;
    while (read(STDIN_FILENO, &octet, 1) > 0) {}
    kill(0, SIGTERM);
    _exit(0);
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "";
    const char *folder = NULL;
    long long octets = 0;
    int connections = 0;
    for (int i = 2; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--tls") == 0) folder = arguments[i + 1];
        if (strcmp(arguments[i], "--octets") == 0) octets = atoll(arguments[i + 1]);
        if (strcmp(arguments[i], "--connections") == 0) connections = atoi(arguments[i + 1]);
    }
    setpgid(0, 0);
    signal(SIGPIPE, SIG_IGN);
    settle_on_processor();
    raise_descriptor_limit();
    SSL_CTX *settings = folder ? server_settings(folder) : NULL;
    int listener = listen_on_loopback();
    if (strcmp(mode, "hold") == 0) {
        serve_holding(listener, settings, connections);
        return 0;
    }
    serve_while_wanted();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGCHLD, SIG_IGN); /* children end without being waited for */
    if (strcmp(mode, "echo") == 0) serve_echo(listener, settings);
    if (strcmp(mode, "flood") == 0) serve_flood(listener, settings, octets);
    if (strcmp(mode, "sink") == 0) serve_sink(listener, settings);
    if (strcmp(mode, "brief") == 0) serve_brief(listener, settings);
    fprintf(stderr, "usage: peer echo|flood|sink|brief|hold [--tls FOLDER] [--octets N] [--connections N]\n");
    return 2;
}
