#ifndef MAILWIRE_CTORTURE_H
#define MAILWIRE_CTORTURE_H

/* What Swift cannot say or call: symbols that may not be there, macros, and OpenSSL's allocator. */

/* What the preloaded shim counted; zero and NULL where there is no shim. */
long torture_fault_calls(void);
long torture_fault_hits(void);
const char *torture_fault_name(void);

/* Has OpenSSL get its memory from an allocator that counts; to be called before OpenSSL is used. */
int torture_count_allocations(void);
/* From now on the allocations are counted, and the `first`-th and the ones behind it fail, `times` in all. */
void torture_fail_allocations(long first, long times);
long torture_allocations(void);
long torture_failed_allocations(void);

/* Runs this executable. Words and settings are texts one behind the other, each with its NUL, an empty one at the end; the settings go
   before this process's own environment. Gives the process, and in `output` where its output can be read; -1 for an error. */
int torture_spawn(const char *words, const char *settings, int *output);
/* What was printed is written with every line. */
void torture_write_lines(void);

/* The wall clock, in seconds. */
long long torture_wall_clock(void);

#endif
