#define _GNU_SOURCE
#include "CMeasuring.h"

#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t nanoseconds(struct timeval time) {
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

static int64_t resident_octets(void) {
    char line[256];
    int64_t kilobytes = 0;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status) return 0;
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "RssAnon:", 8) == 0) kilobytes = atoll(line + 8);
    fclose(status);
    return kilobytes * 1024;
}

static int64_t open_descriptors(void) {
    int64_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (!folder) return 0;
    struct dirent *entry;
    while ((entry = readdir(folder)))
        if (entry->d_name[0] != '.') count++;
    closedir(folder);
    return count - 1; /* the folder's own */
}

void process_figures_now(struct process_figures *figures) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    figures->wall_ns = monotonic_ns();
    figures->user_ns = nanoseconds(usage.ru_utime);
    figures->system_ns = nanoseconds(usage.ru_stime);
    figures->waits = usage.ru_nvcsw;
    struct mallinfo2 heap = mallinfo2();
    figures->heap = (int64_t)(heap.uordblks + heap.hblkhd);
    figures->descriptors = open_descriptors();
    figures->resident = resident_octets();
}

void settle_on_processor(void) {
    const char *wish = getenv("BENCH_CPU");
    if (!wish || !*wish) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(atoi(wish), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) perror("sched_setaffinity");
}

void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void print_each_line(void) { setvbuf(stdout, NULL, _IOLBF, 0); }

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

void print_percentiles(const char *name, int64_t *samples, int count) {
    if (count == 0) return;
    qsort(samples, (size_t)count, sizeof *samples, compare);
    printf(" %s_p50=%lld %s_p99=%lld %s_max=%lld", name, (long long)samples[count / 2], name,
           (long long)samples[(int)((count - 1) * 0.99)], name, (long long)samples[count - 1]);
}
