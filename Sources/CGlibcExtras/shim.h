#ifndef MAILWIRE_CGLIBCEXTRAS_SHIM_H
#define MAILWIRE_CGLIBCEXTRAS_SHIM_H

/* What `import Glibc` does not give. */

#include <arpa/nameser.h>
#include <iconv.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <resolv.h>
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

#endif
