/// libavformat, libavcodec, libavfilter, libswscale and libswresample, as Swift can import them.
///
/// Everything that Swift cannot see (function-like macros, compound constants, variadics) or that differs between
/// FFmpeg 5.1, 6.1 and 7.1 (MEDIA.md §5) goes through one small typed function here. Swift never tests a version.
#ifndef DASH_CLIBAV_H
#define DASH_CLIBAV_H
#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/buffer.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/samplefmt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

// Constants behind macros.
static inline int dash_error_eof(void) { return AVERROR_EOF; }
static inline int dash_error_again(void) { return AVERROR(EAGAIN); }
static inline int dash_error_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int dash_error_no_memory(void) { return AVERROR(ENOMEM); }
static inline int dash_error_exit(void) { return AVERROR_EXIT; }
static inline int dash_error_unsupported(void) { return AVERROR_PATCHWELCOME; }
static inline int dash_error_decoder_not_found(void) { return AVERROR_DECODER_NOT_FOUND; }
static inline int dash_error_encoder_not_found(void) { return AVERROR_ENCODER_NOT_FOUND; }
static inline int dash_error_option_not_found(void) { return AVERROR_OPTION_NOT_FOUND; }
static inline int dash_error_invalid_argument(void) { return AVERROR(EINVAL); }
static inline int64_t dash_no_pts(void) { return AV_NOPTS_VALUE; }
static inline int dash_profile_high(void) {
#ifdef AV_PROFILE_H264_HIGH
    return AV_PROFILE_H264_HIGH;
#else
    return FF_PROFILE_H264_HIGH;
#endif
}

// Frame fields that moved into flags (libavutil 58.7 and later).
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
static inline int dash_frame_is_key(const AVFrame *f) { return (f->flags & AV_FRAME_FLAG_KEY) != 0; }
static inline int dash_frame_is_interlaced(const AVFrame *f) { return (f->flags & AV_FRAME_FLAG_INTERLACED) != 0; }
static inline int dash_frame_is_top_field_first(const AVFrame *f) {
    return (f->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
}
static inline void dash_frame_set_progressive(AVFrame *f) {
    f->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST | AV_FRAME_FLAG_KEY);
}
#else
static inline int dash_frame_is_key(const AVFrame *f) { return f->key_frame; }
static inline int dash_frame_is_interlaced(const AVFrame *f) { return f->interlaced_frame; }
static inline int dash_frame_is_top_field_first(const AVFrame *f) { return f->top_field_first; }
static inline void dash_frame_set_progressive(AVFrame *f) {
    f->interlaced_frame = 0;
    f->top_field_first = 0;
    f->key_frame = 0;
}
#endif
static inline int dash_frame_is_corrupt(const AVFrame *f) { return (f->flags & AV_FRAME_FLAG_CORRUPT) != 0; }

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
static inline int64_t dash_frame_duration(const AVFrame *f) { return f->duration; }
#else
static inline int64_t dash_frame_duration(const AVFrame *f) { return f->pkt_duration; }
#endif

static inline const uint8_t *dash_frame_plane(const AVFrame *f, int plane) {
    return plane >= 0 && plane < AV_NUM_DATA_POINTERS ? f->data[plane] : NULL;
}
static inline int dash_frame_stride(const AVFrame *f, int plane) {
    return plane >= 0 && plane < AV_NUM_DATA_POINTERS ? f->linesize[plane] : 0;
}

/// A refusal for every attempt of a demuxer to open something by itself (MEDIA.md §5, SSRF).
void dash_format_refuse_io(AVFormatContext *context);
static inline void dash_format_set_flags(AVFormatContext *c, int add, int remove) {
    c->flags = (c->flags | add) & ~remove;
}

/// A picture of the given size with its data from `pool`, one buffer, every line aligned to 64 bytes.
int dash_frame_from_pool(AVFrame *frame, AVBufferPool *pool, enum AVPixelFormat format, int width, int height);
/// Bytes that one picture from a pool takes, or an error below 0.
int dash_picture_bytes(enum AVPixelFormat format, int width, int height);
/// Fills a YUV 4:2:0 picture with limited-range black.
void dash_frame_fill_black(AVFrame *frame);

static inline int dash_sws_scale(struct SwsContext *c, const AVFrame *source, AVFrame *target) {
    return sws_scale(c, (const uint8_t *const *)source->data, source->linesize, 0, source->height, target->data,
                     target->linesize);
}
/// Matrix and range of both sides; `SWS_CS_*` numbers, range 1 = full. Below 0: this pair of formats has none to set.
int dash_sws_set_colours(struct SwsContext *c, int sourceMatrix, int sourceFull, int targetMatrix, int targetFull);

/// A resampler from the layout and format of `frame` to stereo float planar, with the downmix of ITU-R BS.775:
/// centre and surrounds at -3 dB, no LFE, then normalised so that nothing can clip. NULL: out of memory or unknown.
SwrContext *dash_swr_to_stereo(const AVFrame *frame, int outputRate);
/// `input` NULL drains. Returns frames written per channel, or an error below 0.
int dash_swr_convert(SwrContext *c, float *left, float *right, int capacity, const AVFrame *input);

/// Builds `buffer → description → buffersink`, one thread. `description` must not be NULL.
int dash_video_graph(AVFilterGraph *graph, const AVFrame *like, AVRational timeBase, const char *description,
                     AVFilterContext **source, AVFilterContext **sink);

static inline int dash_cpu_has_avx512(void) { return (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0; }

// Bit fields of the index, and what moved from the stream to its parameters (libavformat 60.15).
static inline int dash_index_flags(const AVIndexEntry *e) { return e->flags; }
static inline int dash_index_size(const AVIndexEntry *e) { return e->size; }
/// Degrees clockwise that a player turns the picture by: 0, 90, 180 or 270.
int dash_stream_rotation(const AVStream *stream);
int dash_stream_is_encrypted(const AVStream *stream);
/// Replaces the extradata by a padded copy.
int dash_set_extradata(AVCodecParameters *parameters, const uint8_t *bytes, int size);

static inline void dash_codec_set_stereo(AVCodecContext *c) { av_channel_layout_default(&c->ch_layout, 2); }
static inline int dash_frame_set_stereo(AVFrame *f, int rate, int samples) {
    av_channel_layout_default(&f->ch_layout, 2);
    f->format = AV_SAMPLE_FMT_FLTP;
    f->sample_rate = rate;
    f->nb_samples = samples;
    return av_frame_get_buffer(f, 0);
}
/// Makes an empty frame silence like `like`.
int dash_frame_silence(AVFrame *frame, const AVFrame *like, int samples);
static inline float *dash_frame_floats(AVFrame *f, int channel) { return (float *)f->extended_data[channel]; }

/// Log lines of libav, already formatted, without addresses, at most `linesPerSecond`. Called on any thread.
typedef void (*dash_log_function)(int level, const char *component, const char *message, int dropped);
void dash_log_install(dash_log_function function, int level, int linesPerSecond);
#endif
