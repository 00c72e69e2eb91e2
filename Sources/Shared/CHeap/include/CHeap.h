#ifndef DASH_CHEAP_H
#define DASH_CHEAP_H

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Gives free pages of all heaps back to the system; 1 if there were any. Any thread; each heap is locked meanwhile.
static inline int dash_heap_trim(void) {
#if defined(__GLIBC__)
    return malloc_trim(0);
#else
    return 0;
#endif
}

/// Makes each block of at least `bytes` a mapping of its own, for good; 1 if it is so. To be called before other threads run.
static inline int dash_heap_map_from(int bytes) {
#if defined(__GLIBC__)
    return mallopt(M_MMAP_THRESHOLD, bytes);
#else
    return 0;
#endif
}

#endif
