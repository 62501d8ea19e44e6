#ifndef MAILWIRE_CGLIBCEXTRAS_SHIM_H
#define MAILWIRE_CGLIBCEXTRAS_SHIM_H

/* What `import Glibc` does not give. */

#include <arpa/nameser.h>
#include <iconv.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

/* glibc's thread-safe text of an error number, which its header hides behind _GNU_SOURCE. */
extern const char *strerrordesc_np(int number);
static inline const char *mailwire_error_text(int number) {
    return strerrordesc_np(number);
}
/* The same holds for naming a thread. */
extern int pthread_setname_np(pthread_t thread, const char *name);
static inline int mailwire_name_thread(pthread_t thread, const char *name) {
    return pthread_setname_np(thread, name);
}
/* And for accepting a connection that no child can inherit meanwhile. */
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
static inline int mailwire_accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags) {
    return accept4(descriptor, address, length, flags);
}

/* The resolver's calls are macros, and the servers of a state stand in a union that Swift does not see. */
static inline int mailwire_res_open(struct __res_state *state) {
    memset(state, 0, sizeof *state);
    return res_ninit(state);
}
/* Forgets the servers that resolv.conf named. */
static inline void mailwire_res_clear_servers(struct __res_state *state) {
    for (int index = 0; index < MAXNS; index++) {
        free(state->_u._ext.nsaddrs[index]);
        state->_u._ext.nsaddrs[index] = NULL;
        state->_u._ext.nssocks[index] = -1;
        memset(&state->nsaddr_list[index], 0, sizeof state->nsaddr_list[index]);
    }
    state->_u._ext.nscount = 0;
    state->nscount = 0;
}
/* Adds a server; the state owns its copy of an IPv6 address, as glibc's own set-up has it. Zero where there is no room. */
static inline int mailwire_res_add_server(struct __res_state *state, const struct sockaddr *address) {
    int index = state->nscount;
    if (index >= MAXNS) return 0;
    if (address->sa_family == AF_INET) {
        memcpy(&state->nsaddr_list[index], address, sizeof(struct sockaddr_in));
    } else {
        struct sockaddr_in6 *copy = malloc(sizeof *copy);
        if (copy == NULL) return 0;
        memcpy(copy, address, sizeof *copy);
        state->_u._ext.nsaddrs[index] = copy;
    }
    state->nscount = index + 1;
    return 1;
}
static inline int mailwire_res_query(
    struct __res_state *state, const char *name, int type, unsigned char *answer, int length) {
    return res_nquery(state, name, ns_c_in, type, answer, length);
}
static inline void mailwire_res_close(struct __res_state *state) {
    res_nclose(state);
}
enum { mailwire_RES_TRUSTAD = RES_TRUSTAD };

#endif
