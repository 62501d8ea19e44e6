#ifndef MAILWIRE_FAULTSHIM_SETTINGS_H
#define MAILWIRE_FAULTSHIM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

/* The calls that can be made to fail. */
enum call {
    CALL_SOCKET,
    CALL_SETSOCKOPT,
    CALL_CONNECT,
    CALL_SO_ERROR,
    CALL_GETSOCKNAME,
    CALL_RECEIVE,
    CALL_SEND,
    CALL_ACCEPT,
    CALL_EPOLL_CREATE,
    CALL_EPOLL_ADD,
    CALL_EPOLL_CHANGE,
    CALL_EPOLL_WAIT,
    CALL_EVENTFD,
    CALL_SIGNAL, /* reading or writing an eventfd */
    CALL_CLOSE,
    CALL_RESOLVE,
    CALL_THREAD,
    CALL_COUNT
};

/* What the environment asked for. */
struct fault_settings {
    int error;
    long at;
    long times;
    long eintr_every;
    long eagain_every;
    long spurious_every;
    size_t octets;
    long seed;
    long clock_offset;
    long clock_after;
};

const struct fault_settings *fault_settings(void);

/* Whether a call from this address is one of the program's or of OpenSSL's, and not of a runtime's. */
bool fault_is_ours(const void *caller);

/* The error number that this call has to fail with, 0 for none. */
int fault_error(enum call call);

/* Whether this call has to be interrupted, or to say that it would block. */
bool fault_interrupts(enum call call);
bool fault_blocks(enum call call);
bool fault_is_spurious(void);

#endif
