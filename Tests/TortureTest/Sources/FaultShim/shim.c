/* The calls themselves. Each asks settings.c whether its turn has come, and otherwise does what it always does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "FaultShim.h"
#include "settings.h"

#define REAL(result, name, ...)                                                                                       \
    static result (*real)(__VA_ARGS__);                                                                               \
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)
#define OURS fault_is_ours(__builtin_return_address(0))

/* Fails the call that it stands in where its turn has come. */
#define FAIL(call)                                                                                                    \
    do {                                                                                                              \
        int error = fault_error(call);                                                                                \
        if (error) {                                                                                                  \
            errno = error;                                                                                            \
            return -1;                                                                                                \
        }                                                                                                             \
    } while (0)

/* ---- what kind of descriptor it is ---- */

enum { DESCRIPTORS = 4096 };
static atomic_bool is_eventfd[DESCRIPTORS];

/* What an epoll set was told of a descriptor, for telling it back without a reason. */
static struct {
    _Atomic int set; /* the set plus one, 0 for none */
    _Atomic uint32_t events;
    _Atomic uint64_t data;
} watched[DESCRIPTORS];

static bool in_table(int descriptor) { return descriptor >= 0 && descriptor < DESCRIPTORS; }

static bool is_signal(int descriptor) { return in_table(descriptor) && is_eventfd[descriptor]; }

static bool is_socket(int descriptor) {
    struct stat status;
    int saved = errno;
    bool answer = fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
    errno = saved;
    return answer;
}

/* ---- transfers ---- */

/* Decides on a transfer: false where it fails, with errno set. */
static bool passes(enum call call, int descriptor) {
    int error = 0;
    if (is_signal(descriptor)) {
        error = fault_error(CALL_SIGNAL);
        if (!error && fault_interrupts(CALL_SIGNAL)) error = EINTR;
    } else if (is_socket(descriptor)) {
        error = fault_error(call);
        if (!error && fault_interrupts(call)) error = EINTR;
        if (!error && fault_blocks(call)) error = EAGAIN;
    }
    if (error) errno = error;
    return error == 0;
}

static size_t allowed(int descriptor, size_t count) {
    size_t most = fault_settings()->octets;
    return most > 0 && count > most && is_socket(descriptor) ? most : count;
}

ssize_t recv(int descriptor, void *octets, size_t count, int flags) {
    REAL(ssize_t, recv, int, void *, size_t, int);
    if (!OURS) return real(descriptor, octets, count, flags);
    if (!passes(CALL_RECEIVE, descriptor)) return -1;
    return real(descriptor, octets, allowed(descriptor, count), flags);
}

ssize_t read(int descriptor, void *octets, size_t count) {
    REAL(ssize_t, read, int, void *, size_t);
    if (!OURS) return real(descriptor, octets, count);
    if (!passes(CALL_RECEIVE, descriptor)) return -1;
    return real(descriptor, octets, allowed(descriptor, count));
}

ssize_t send(int descriptor, const void *octets, size_t count, int flags) {
    REAL(ssize_t, send, int, const void *, size_t, int);
    if (!OURS) return real(descriptor, octets, count, flags);
    if (!passes(CALL_SEND, descriptor)) return -1;
    return real(descriptor, octets, allowed(descriptor, count), flags);
}

ssize_t write(int descriptor, const void *octets, size_t count) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (!OURS) return real(descriptor, octets, count);
    if (!passes(CALL_SEND, descriptor)) return -1;
    return real(descriptor, octets, allowed(descriptor, count));
}

/* The vector's first piece alone, where transfers are cut short. */
static struct msghdr shortened(int descriptor, const struct msghdr *message, struct iovec *piece) {
    struct msghdr cut = *message;
    if (fault_settings()->octets == 0 || cut.msg_iovlen == 0) return cut;
    size_t index = 0;
    while (index + 1 < cut.msg_iovlen && cut.msg_iov[index].iov_len == 0) index++;
    *piece = cut.msg_iov[index];
    piece->iov_len = allowed(descriptor, piece->iov_len);
    cut.msg_iov = piece;
    cut.msg_iovlen = 1;
    return cut;
}

ssize_t sendmsg(int descriptor, const struct msghdr *message, int flags) {
    REAL(ssize_t, sendmsg, int, const struct msghdr *, int);
    if (!OURS) return real(descriptor, message, flags);
    if (!passes(CALL_SEND, descriptor)) return -1;
    struct iovec piece;
    struct msghdr cut = shortened(descriptor, message, &piece);
    return real(descriptor, &cut, flags);
}

ssize_t recvmsg(int descriptor, struct msghdr *message, int flags) {
    REAL(ssize_t, recvmsg, int, struct msghdr *, int);
    if (!OURS) return real(descriptor, message, flags);
    if (!passes(CALL_RECEIVE, descriptor)) return -1;
    struct iovec piece;
    struct msghdr cut = shortened(descriptor, message, &piece);
    ssize_t count = real(descriptor, &cut, flags);
    message->msg_flags = cut.msg_flags;
    message->msg_namelen = cut.msg_namelen;
    message->msg_controllen = cut.msg_controllen;
    return count;
}

ssize_t writev(int descriptor, const struct iovec *pieces, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    if (!OURS || !is_socket(descriptor)) return real(descriptor, pieces, count);
    if (!passes(CALL_SEND, descriptor)) return -1;
    struct iovec piece;
    struct msghdr whole = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
    struct msghdr cut = shortened(descriptor, &whole, &piece);
    return real(descriptor, cut.msg_iov, (int)cut.msg_iovlen);
}

ssize_t readv(int descriptor, const struct iovec *pieces, int count) {
    REAL(ssize_t, readv, int, const struct iovec *, int);
    if (!OURS || !is_socket(descriptor)) return real(descriptor, pieces, count);
    if (!passes(CALL_RECEIVE, descriptor)) return -1;
    struct iovec piece;
    struct msghdr whole = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = (size_t)count};
    struct msghdr cut = shortened(descriptor, &whole, &piece);
    return real(descriptor, cut.msg_iov, (int)cut.msg_iovlen);
}

/* ---- sockets ---- */

int socket(int family, int type, int protocol) {
    REAL(int, socket, int, int, int);
    if (OURS) FAIL(CALL_SOCKET);
    return real(family, type, protocol);
}

int setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
    REAL(int, setsockopt, int, int, int, const void *, socklen_t);
    if (OURS) FAIL(CALL_SETSOCKOPT);
    return real(descriptor, level, option, value, length);
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    REAL(int, connect, int, const struct sockaddr *, socklen_t);
    if (!OURS) return real(descriptor, address, length);
    int error = fault_error(CALL_CONNECT);
    if (error && error != EINTR) {
        errno = error;
        return -1;
    }
    int code = real(descriptor, address, length);
    /* What a signal interrupts goes on in the background. */
    if ((error == EINTR || fault_interrupts(CALL_CONNECT)) && (code == 0 || errno == EINPROGRESS)) {
        errno = EINTR;
        return -1;
    }
    return code;
}

int getsockopt(int descriptor, int level, int option, void *restrict value, socklen_t *restrict length) {
    REAL(int, getsockopt, int, int, int, void *restrict, socklen_t *restrict);
    int code = real(descriptor, level, option, value, length);
    if (code == 0 && level == SOL_SOCKET && option == SO_ERROR && *length >= sizeof(int) && OURS) {
        int error = fault_error(CALL_SO_ERROR);
        if (error) memcpy(value, &error, sizeof error);
    }
    return code;
}

int getsockname(int descriptor, struct sockaddr *restrict address, socklen_t *restrict length) {
    REAL(int, getsockname, int, struct sockaddr *restrict, socklen_t *restrict);
    if (OURS) FAIL(CALL_GETSOCKNAME);
    return real(descriptor, address, length);
}

int accept4(int descriptor, struct sockaddr *restrict address, socklen_t *restrict length, int flags) {
    REAL(int, accept4, int, struct sockaddr *restrict, socklen_t *restrict, int);
    if (OURS) {
        FAIL(CALL_ACCEPT);
        if (fault_interrupts(CALL_ACCEPT)) return errno = EINTR, -1;
    }
    return real(descriptor, address, length, flags);
}

int close(int descriptor) {
    REAL(int, close, int);
    if (in_table(descriptor)) {
        is_eventfd[descriptor] = false;
        watched[descriptor].set = 0;
    }
    int error = 0;
    if (OURS && is_socket(descriptor)) {
        error = fault_error(CALL_CLOSE);
        if (!error && fault_interrupts(CALL_CLOSE)) error = EINTR;
    }
    int code = real(descriptor);
    /* On Linux the descriptor is gone whatever close says. */
    if (code == 0 && error) return errno = error, -1;
    return code;
}

/* ---- waiting ---- */

int epoll_create1(int flags) {
    REAL(int, epoll_create1, int);
    if (OURS) FAIL(CALL_EPOLL_CREATE);
    return real(flags);
}

int eventfd(unsigned value, int flags) {
    REAL(int, eventfd, unsigned, int);
    if (!OURS) return real(value, flags);
    FAIL(CALL_EVENTFD);
    int made = real(value, flags);
    if (in_table(made)) is_eventfd[made] = true;
    return made;
}

int epoll_ctl(int set, int operation, int descriptor, struct epoll_event *event) {
    REAL(int, epoll_ctl, int, int, int, struct epoll_event *);
    if (!OURS) return real(set, operation, descriptor, event);
    if (operation == EPOLL_CTL_ADD) FAIL(CALL_EPOLL_ADD);
    if (operation == EPOLL_CTL_MOD) FAIL(CALL_EPOLL_CHANGE);
    int code = real(set, operation, descriptor, event);
    if (code == 0 && in_table(descriptor)) {
        watched[descriptor].set = 0;
        if (operation != EPOLL_CTL_DEL) {
            watched[descriptor].data = event->data.u64;
            watched[descriptor].events = event->events;
            watched[descriptor].set = set + 1;
        }
    }
    return code;
}

int epoll_wait(int set, struct epoll_event *events, int most, int timeout) {
    REAL(int, epoll_wait, int, struct epoll_event *, int, int);
    if (!OURS) return real(set, events, most, timeout);
    FAIL(CALL_EPOLL_WAIT);
    if (fault_interrupts(CALL_EPOLL_WAIT)) return errno = EINTR, -1;
    if (!fault_is_spurious()) return real(set, events, most, timeout);
    int count = 0;
    for (int descriptor = 0; descriptor < DESCRIPTORS && count < most; descriptor++) {
        if (watched[descriptor].set != set + 1) continue;
        events[count].events = watched[descriptor].events & (EPOLLIN | EPOLLOUT);
        events[count].data.u64 = watched[descriptor].data;
        count++;
    }
    return count;
}

/* ---- names and threads ---- */

int getaddrinfo(
    const char *restrict host, const char *restrict service, const struct addrinfo *restrict hints,
    struct addrinfo **restrict list) {
    REAL(int, getaddrinfo, const char *restrict, const char *restrict, const struct addrinfo *restrict,
         struct addrinfo **restrict);
    /* A literal address needs nobody to answer. */
    if (OURS && !(hints && (hints->ai_flags & AI_NUMERICHOST))) {
        int error = fault_error(CALL_RESOLVE);
        if (error == ENOMEM) return EAI_MEMORY;
        if (error == EMFILE || error == ENFILE) return errno = error, EAI_SYSTEM;
        if (error) return EAI_AGAIN;
    }
    return real(host, service, hints, list);
}

int pthread_create(
    pthread_t *restrict thread, const pthread_attr_t *restrict attributes, void *(*body)(void *), void *restrict argument) {
    REAL(int, pthread_create, pthread_t *restrict, const pthread_attr_t *restrict, void *(*)(void *), void *restrict);
    if (OURS) {
        int error = fault_error(CALL_THREAD);
        if (error) return EAGAIN;
    }
    return real(thread, attributes, body, argument);
}

/* ---- the wall clock ---- */

/* How far off the wall clock is now, in seconds; for every caller, since there is one clock. */
static long offset(void) {
    static _Atomic int64_t began;
    const struct fault_settings *settings = fault_settings();
    if (settings->clock_offset == 0) return 0;
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    struct timespec now;
    if (real(CLOCK_MONOTONIC, &now) != 0) return 0;
    int64_t milliseconds = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    int64_t none = 0;
    atomic_compare_exchange_strong(&began, &none, milliseconds);
    if (milliseconds - began < settings->clock_after) return 0;
    if (__atomic_fetch_add(&mailwire_fault_hits, 1, __ATOMIC_RELAXED) == 0) mailwire_fault_name = "clock";
    return settings->clock_offset;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    REAL(int, clock_gettime, clockid_t, struct timespec *);
    int code = real(clock, time);
    if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
    return code;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    REAL(int, gettimeofday, struct timeval *restrict, void *restrict);
    int code = real(time, zone);
    if (code == 0) time->tv_sec += offset();
    return code;
}

time_t time(time_t *result) {
    REAL(time_t, time, time_t *);
    time_t now = real(NULL) + offset();
    if (result) *result = now;
    return now;
}
