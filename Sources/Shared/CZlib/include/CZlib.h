#pragma once
#include <stdint.h>
#include <zlib.h>

/// zlib, as Swift can call it. Everything here is stateless: any thread.

/// One whole gzip member of `count` bytes, written to `output`. Returns its length, or 0 if it did not fit or failed.
static inline int32_t dash_gzip(const uint8_t *input, int32_t count, uint8_t *output, int32_t capacity) {
    z_stream stream = {0};
    // 15 + 16: the largest window, gzip framing. deflateInit2 is a macro, so Swift cannot call it.
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (Bytef *)input;
    stream.avail_in = (uInt)count;
    stream.next_out = output;
    stream.avail_out = (uInt)capacity;
    int status = deflate(&stream, Z_FINISH);
    int32_t written = status == Z_STREAM_END ? (int32_t)stream.total_out : 0;
    deflateEnd(&stream);
    return written;
}

/// Bytes that `dash_zlib_pack` may need for `count`.
static inline int32_t dash_zlib_bound(int32_t count) { return (int32_t)compressBound((uLong)count); }

/// One zlib stream of `count` bytes (RFC 1950), written to `output`. Returns its length, or 0 if it did not fit or failed.
static inline int32_t dash_zlib_pack(const uint8_t *input, int32_t count, uint8_t *output, int32_t capacity) {
    uLongf length = (uLongf)capacity;
    return compress2(output, &length, input, (uLong)count, 6) == Z_OK ? (int32_t)length : 0;
}

/// What `dash_zlib_pack` made of. Returns how many bytes that was, or 0 if they did not fit or it is damaged.
static inline int32_t dash_zlib_unpack(const uint8_t *input, int32_t count, uint8_t *output, int32_t capacity) {
    uLongf length = (uLongf)capacity;
    return output && uncompress(output, &length, input, (uLong)count) == Z_OK ? (int32_t)length : 0;
}
