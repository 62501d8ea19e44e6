/* Stands in front of the C library's allocator and counts what goes through it. */

#define _GNU_SOURCE
#include "CMeasuring.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic int is_counting;
static _Atomic int64_t allocations, blocks, octets;

int64_t allocation_count(void) { return atomic_load(&allocations); }
int64_t live_octets(void) { return atomic_load(&octets); }
int64_t live_blocks(void) { return atomic_load(&blocks); }
void count_allocations(void) { atomic_store(&is_counting, 1); }

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1 /* The sanitizer itself stands there. */
#endif
#endif

#ifndef SANITIZED

__attribute__((constructor)) static void begin(void) {
    const char *wish = getenv("BENCH_COUNT_ALLOCATIONS");
    if (wish && *wish == '1') count_allocations();
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static inline int counts(void) {
    return __builtin_expect(atomic_load_explicit(&is_counting, memory_order_relaxed), 0);
}

static void *gave(void *memory) {
    if (memory && counts()) {
        atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&octets, (int64_t)malloc_usable_size(memory), memory_order_relaxed);
    }
    return memory;
}

static void takes(void *memory) {
    if (memory && counts()) {
        atomic_fetch_sub_explicit(&blocks, 1, memory_order_relaxed);
        atomic_fetch_sub_explicit(&octets, (int64_t)malloc_usable_size(memory), memory_order_relaxed);
    }
}

void *malloc(size_t size) { return gave(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return gave(__libc_calloc(count, size)); }
void *memalign(size_t alignment, size_t size) { return gave(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return gave(__libc_memalign(alignment, size)); }

void *realloc(void *memory, size_t size) {
    takes(memory);
    void *moved = __libc_realloc(memory, size);
    if (moved || size == 0) return gave(moved);
    if (memory && counts()) { /* It failed: the old block stays. */
        atomic_fetch_add_explicit(&blocks, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&octets, (int64_t)malloc_usable_size(memory), memory_order_relaxed);
    }
    return moved;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *memory = gave(__libc_memalign(alignment, size));
    if (!memory) return ENOMEM;
    *result = memory;
    return 0;
}

void free(void *memory) {
    takes(memory);
    __libc_free(memory);
}

#endif
