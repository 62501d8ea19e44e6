#ifndef MAILWIRE_CZLIB_SHIM_H
#define MAILWIRE_CZLIB_SHIM_H
#include <zlib.h>
#endif
