#define _GNU_SOURCE
#include "CTorture.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long counter(const char *name) {
    const long *value = dlsym(RTLD_DEFAULT, name);
    return value ? *value : 0;
}

long torture_fault_calls(void) { return counter("mailwire_fault_calls"); }
long torture_fault_hits(void) { return counter("mailwire_fault_hits"); }

const char *torture_fault_name(void) {
    const char *const *name = dlsym(RTLD_DEFAULT, "mailwire_fault_name");
    return name ? *name : NULL;
}

/* ---- OpenSSL's memory ---- */

static long allocations, failures, first_failure, failure_count;

static int fails(void) {
    if (first_failure == 0) return 0;
    long turn = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
    if (turn < first_failure || turn >= first_failure + failure_count) return 0;
    __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
    return 1;
}

static void *allocate(size_t size, const char *file, int line) {
    (void)file, (void)line;
    return fails() ? NULL : malloc(size);
}

static void *reallocate(void *memory, size_t size, const char *file, int line) {
    (void)file, (void)line;
    return fails() ? NULL : realloc(memory, size);
}

static void release(void *memory, const char *file, int line) {
    (void)file, (void)line;
    free(memory);
}

int torture_count_allocations(void) { return CRYPTO_set_mem_functions(allocate, reallocate, release) == 1; }

void torture_fail_allocations(long first, long times) {
    failure_count = times;
    __atomic_store_n(&first_failure, first, __ATOMIC_RELEASE);
}

long torture_allocations(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }
long torture_failed_allocations(void) { return __atomic_load_n(&failures, __ATOMIC_RELAXED); }

/* ---- processes ---- */

enum { MOST_WORDS = 512 };

static int list(const char *texts, char **words, int count) {
    for (; *texts && count < MOST_WORDS - 1; texts += strlen(texts) + 1) words[count++] = (char *)texts;
    return count;
}

int torture_spawn(const char *words, const char *settings, int *output) {
    char *arguments[MOST_WORDS] = {0}, *environment[MOST_WORDS] = {0};
    list(words, arguments, 0);
    int count = list(settings, environment, 0);
    for (char **own = environ; *own && count < MOST_WORDS - 1; own++) environment[count++] = *own;

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    pid_t process;
    int code = posix_spawn(&process, "/proc/self/exe", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (code != 0) {
        close(ends[0]);
        return -1;
    }
    *output = ends[0];
    return process;
}

void torture_write_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

long long torture_wall_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}
