#ifndef MAILWIRE_CMEASURING_H
#define MAILWIRE_CMEASURING_H

#include <stdint.h>
#include <stdio.h>

/* The process as the operating system accounts for it. */
struct process_figures {
    int64_t wall_ns;    /* CLOCK_MONOTONIC */
    int64_t user_ns;    /* of all threads */
    int64_t system_ns;  /* of all threads */
    int64_t waits;      /* voluntary context switches */
    int64_t resident;   /* octets of private memory that is in use: RssAnon */
    int64_t heap;       /* octets that malloc gave and has not had back, by its own bookkeeping */
    int64_t descriptors;
};

void process_figures_now(struct process_figures *figures);

int64_t monotonic_ns(void);

/* Puts the process on the processor that the environment's BENCH_CPU names, if it names one. */
void settle_on_processor(void);

/* As many descriptors as the kernel lets this process have. */
void raise_descriptor_limit(void);

/* A pipe that no child inherits by chance; 0 where it was made. */
int open_pipe(int ends[2]);

/* Standard output goes out line by line, into a pipe too. */
void print_each_line(void);

/* Sorts the samples and prints `name_p50=… name_p99=… name_max=…`. */
void print_percentiles(const char *name, int64_t *samples, int count);

/* Calls of malloc, calloc, realloc and their kin since the process began, from all threads; 0 where counting is off (see
   `count_allocations`). */
int64_t allocation_count(void);

/* Octets (as malloc rounded them) and blocks that were given and not taken back since counting began. */
int64_t live_octets(void);
int64_t live_blocks(void);

/* Counts from now on; BENCH_COUNT_ALLOCATIONS=1 in the environment has it counted from the start. */
void count_allocations(void);

#endif
