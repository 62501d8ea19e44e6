#ifndef MAILWIRE_FAULTSHIM_H
#define MAILWIRE_FAULTSHIM_H

/* A library to preload (LD_PRELOAD) that makes the kernel look worse than it is, for the calls of the program itself and of
   OpenSSL on sockets, epoll sets and eventfds. The environment says how:

   FAULT_ERRNO=N        fail with this error number ...
   FAULT_AT=N           ... the N-th call that could fail so, counted from 1
   FAULT_TIMES=N        ... and those behind it, N in all; 1 by default, 0 for all
   FAULT_EINTR=K        one in K calls that a signal could interrupt is interrupted
   FAULT_EAGAIN=K       one in K reads and writes of a socket would block
   FAULT_SPURIOUS=K     one in K epoll_waits says that everything is ready
   FAULT_SEED=N         which ones these are
   FAULT_OCTETS=N       no read or write of a socket moves more than N octets
   FAULT_CLOCK=S        the wall clock is S seconds off ...
   FAULT_CLOCK_AFTER=MS ... from so many milliseconds after the start
   FAULT_CALLERS=A:B    names of the objects whose calls count, as parts of their paths; "main" is the program

   What a program can ask with dlsym: */

/* How many calls there were that could fail with FAULT_ERRNO, or with the other faults that were asked for. */
extern long mailwire_fault_calls;
/* How many of them failed. */
extern long mailwire_fault_hits;
/* The first one that did. */
extern const char *mailwire_fault_name;

#endif
