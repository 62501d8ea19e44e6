#define _GNU_SOURCE
#include "settings.h"

#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "FaultShim.h"

long mailwire_fault_calls;
long mailwire_fault_hits;
const char *mailwire_fault_name;

static const char *const names[CALL_COUNT] = {
    "socket", "setsockopt", "connect", "SO_ERROR", "getsockname", "receive", "send", "accept", "epoll_create1",
    "epoll_ctl ADD", "epoll_ctl MOD", "epoll_wait", "eventfd", "eventfd I/O", "close", "getaddrinfo", "pthread_create",
};

/* ---- what was asked for ---- */

static long number(const char *name, long otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtol(text, NULL, 10) : otherwise;
}

static struct fault_settings settings;

static void read_environment(void) {
    settings = (struct fault_settings){
        .error = (int)number("FAULT_ERRNO", 0),
        .at = number("FAULT_AT", 0),
        .times = number("FAULT_TIMES", 1),
        .eintr_every = number("FAULT_EINTR", 0),
        .eagain_every = number("FAULT_EAGAIN", 0),
        .spurious_every = number("FAULT_SPURIOUS", 0),
        .octets = (size_t)number("FAULT_OCTETS", 0),
        .seed = number("FAULT_SEED", 0),
        .clock_offset = number("FAULT_CLOCK", 0),
        .clock_after = number("FAULT_CLOCK_AFTER", 0),
    };
}

const struct fault_settings *fault_settings(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_environment);
    return &settings;
}

/* ---- whose calls they are ---- */

struct object {
    uintptr_t start, end;
    bool is_ours;
};
static struct object objects[256];
static atomic_int object_count;
static pthread_mutex_t objects_lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_named(const char *path) {
    const char *list = getenv("FAULT_CALLERS");
    if (!list) list = "main:libcrypto:libssl:.xctest";
    const char *shown = *path ? path : "main";
    for (const char *part = list; *part;) {
        size_t length = strcspn(part, ":");
        if (length > 0 && length == 4 && !strncmp(part, "main", 4) ? !*path : memmem(shown, strlen(shown), part, length) != NULL)
            return true;
        part += length + (part[length] == ':');
    }
    return false;
}

static int find(struct dl_phdr_info *info, size_t size, void *argument) {
    (void)size;
    struct object *wanted = argument;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        if (info->dlpi_phdr[index].p_type != PT_LOAD) continue;
        uintptr_t start = info->dlpi_addr + info->dlpi_phdr[index].p_vaddr;
        uintptr_t end = start + info->dlpi_phdr[index].p_memsz;
        if (wanted->start < start || wanted->start >= end) continue;
        *wanted = (struct object){start, end, is_named(info->dlpi_name)};
        return 1;
    }
    return 0;
}

bool fault_is_ours(const void *caller) {
    uintptr_t address = (uintptr_t)caller;
    int count = atomic_load(&object_count);
    for (int index = 0; index < count; index++)
        if (address >= objects[index].start && address < objects[index].end) return objects[index].is_ours;
    struct object found = {address, address + 1, false};
    if (!dl_iterate_phdr(find, &found)) return false;
    pthread_mutex_lock(&objects_lock);
    count = atomic_load(&object_count);
    if (count < 256) {
        objects[count] = found;
        atomic_store(&object_count, count + 1);
    }
    pthread_mutex_unlock(&objects_lock);
    return found.is_ours;
}

/* ---- which calls fail ---- */

#define BIT(call) (1u << (call))

/* The calls that Linux lets fail so; a fault that cannot happen proves nothing. */
static unsigned plausible(int error) {
    const unsigned makers = BIT(CALL_SOCKET) | BIT(CALL_EPOLL_CREATE) | BIT(CALL_EVENTFD) | BIT(CALL_ACCEPT);
    const unsigned transfers = BIT(CALL_RECEIVE) | BIT(CALL_SEND);
    const unsigned connecting = BIT(CALL_CONNECT) | BIT(CALL_SO_ERROR);
    switch (error) {
    case ECONNRESET: return transfers | BIT(CALL_SO_ERROR);
    case ECONNREFUSED: return connecting | BIT(CALL_RESOLVE);
    case ETIMEDOUT:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN: return connecting | transfers | BIT(CALL_RESOLVE);
    case EADDRNOTAVAIL:
    case EACCES:
    case EPERM: return BIT(CALL_CONNECT);
    case EPIPE: return BIT(CALL_SEND);
    case EAGAIN: return transfers | BIT(CALL_RESOLVE) | BIT(CALL_THREAD);
    case EMFILE:
    case ENFILE: return makers | BIT(CALL_RESOLVE);
    case ENOMEM: return makers | transfers | BIT(CALL_EPOLL_ADD) | BIT(CALL_RESOLVE) | BIT(CALL_THREAD) | BIT(CALL_CONNECT);
    case ENOBUFS: return BIT(CALL_SOCKET) | transfers | BIT(CALL_GETSOCKNAME) | BIT(CALL_SETSOCKOPT) | BIT(CALL_CONNECT);
    case ENOSPC: return BIT(CALL_EPOLL_ADD);
    case ENOPROTOOPT: return BIT(CALL_SETSOCKOPT);
    case EIO: return BIT(CALL_CLOSE);
    case EINTR:
        return transfers | BIT(CALL_CONNECT) | BIT(CALL_EPOLL_WAIT) | BIT(CALL_ACCEPT) | BIT(CALL_CLOSE) | BIT(CALL_SIGNAL);
    default: return 0;
    }
}

static void note(enum call call) {
    if (__atomic_fetch_add(&mailwire_fault_hits, 1, __ATOMIC_RELAXED) == 0) mailwire_fault_name = names[call];
}

int fault_error(enum call call) {
    const struct fault_settings *settings = fault_settings();
    if (settings->error == 0 || !(plausible(settings->error) & BIT(call))) return 0;
    long turn = __atomic_add_fetch(&mailwire_fault_calls, 1, __ATOMIC_RELAXED);
    if (settings->at == 0 || turn < settings->at) return 0;
    if (settings->times != 0 && turn >= settings->at + settings->times) return 0;
    note(call);
    return settings->error;
}

/* One in `every` calls, at random but the same in each run: a strict rhythm would meet the rhythm of a loop, and the same call of each
   round would fail for ever. */
static bool is_turn(long every, enum call call) {
    static uint64_t turns;
    if (every <= 0) return false;
    uint64_t mixed = (__atomic_add_fetch(&turns, 1, __ATOMIC_RELAXED) + (uint64_t)settings.seed * 1000003) * 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9u;
    if ((mixed >> 33) % (uint64_t)every != 0) return false;
    note(call);
    return true;
}

bool fault_interrupts(enum call call) { return is_turn(fault_settings()->eintr_every, call); }

bool fault_blocks(enum call call) { return is_turn(fault_settings()->eagain_every, call); }

bool fault_is_spurious(void) { return is_turn(fault_settings()->spurious_every, CALL_EPOLL_WAIT); }
