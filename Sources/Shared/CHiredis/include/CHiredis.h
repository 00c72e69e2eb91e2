// The few parts of hiredis that we use, typed alike for 0.14 and 1.2: its reply reader and its command formatter.
// Connections, TLS and back-pressure are SwiftNIO's (DESIGN §3, MEDIA.md §7).
#ifndef DASH_CHIREDIS_H
#define DASH_CHIREDIS_H

#include <hiredis/hiredis.h>
#include <stddef.h>

// A reader that keeps its buffer: without `maxbuf = 0` it is freed and grown again for every value of more than 16 KB.
static inline redisReader *dash_reader_create(void) {
    redisReader *reader = redisReaderCreate();
    if (reader) reader->maxbuf = 0;
    return reader;
}

static inline void dash_reader_free(redisReader *reader) { redisReaderFree(reader); }

static inline int dash_reader_feed(redisReader *reader, const void *bytes, size_t length) {
    return redisReaderFeed(reader, (const char *)bytes, length);
}

// REDIS_OK with *reply == NULL means that the reply is not complete yet.
static inline int dash_reader_next(redisReader *reader, void **reply) {
    *reply = NULL;
    return redisReaderGetReply(reader, reply);
}

static inline int dash_reply_type(const void *reply) { return ((const redisReply *)reply)->type; }
static inline long long dash_reply_integer(const void *reply) { return ((const redisReply *)reply)->integer; }
static inline const char *dash_reply_bytes(const void *reply) { return ((const redisReply *)reply)->str; }
static inline size_t dash_reply_length(const void *reply) { return (size_t)((const redisReply *)reply)->len; }
static inline size_t dash_reply_count(const void *reply) { return (size_t)((const redisReply *)reply)->elements; }

static inline const void *dash_reply_element(const void *reply, size_t index) {
    return ((const redisReply *)reply)->element[index];
}

static inline void dash_reply_free(void *reply) { freeReplyObject(reply); }

// The command as RESP in *target, which the caller frees; its length, or -1 for want of memory.
static inline long long dash_format(char **target, int count, const char **words, const size_t *lengths) {
    *target = NULL;
    return (long long)redisFormatCommandArgv(target, count, words, lengths);
}

static inline void dash_format_free(char *command) { redisFreeCommand(command); }

#endif
