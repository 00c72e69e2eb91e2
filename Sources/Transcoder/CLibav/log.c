#include "CLibav.h"

#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static _Atomic(dash_log_function) sink;
static atomic_int sink_level;
static atomic_int lines_per_second;
static atomic_llong window;
static atomic_int used, dropped;

/// Cuts out anything that looks like an address, and all that follows it in the same word.
static void strip_addresses(char *text) {
    char *scheme;
    while ((scheme = strstr(text, "://"))) {
        char *start = scheme, *end = scheme;
        while (start > text && isalnum((unsigned char)start[-1])) start--;
        while (*end && !isspace((unsigned char)*end)) end++;
        *start++ = '*';
        memmove(start, end, strlen(end) + 1);
    }
}

static int take_token(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long current = atomic_load(&window);
    if (now.tv_sec != current && atomic_compare_exchange_strong(&window, &current, (long long)now.tv_sec))
        atomic_store(&used, 0);
    if (atomic_fetch_add(&used, 1) < atomic_load(&lines_per_second)) return 1;
    atomic_fetch_add(&dropped, 1);
    return 0;
}

static void callback(void *object, int level, const char *format, va_list arguments) {
    dash_log_function function = atomic_load(&sink);
    if (!function || (level & 0xff) > atomic_load(&sink_level) || !take_token()) return;
    char line[512];
    if (vsnprintf(line, sizeof line, format, arguments) < 0) return;
    strip_addresses(line);
    size_t length = strlen(line);
    while (length && (unsigned char)line[length - 1] <= ' ') line[--length] = 0;
    if (!length) return;
    const AVClass *class = object ? *(const AVClass **)object : NULL;
    function(level & 0xff, class ? class->class_name : "libav", line, atomic_exchange(&dropped, 0));
}

void dash_log_install(dash_log_function function, int level, int limit) {
    atomic_store(&sink, function);
    atomic_store(&sink_level, level);
    atomic_store(&lines_per_second, limit);
    av_log_set_callback(callback);
}
