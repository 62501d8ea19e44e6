#ifndef MAILWIRE_CGLIBCEXTRAS_SHIM_H
#define MAILWIRE_CGLIBCEXTRAS_SHIM_H

/* What `import Glibc` does not give. */

#include <arpa/nameser.h>
#include <iconv.h>
#include <netinet/tcp.h>
#include <resolv.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>

#endif
