#include "CLibav.h"

#include <math.h>

static int refuse_io(AVFormatContext *s, AVIOContext **pb, const char *url, int flags, AVDictionary **options) {
    (void)s, (void)url, (void)flags, (void)options;
    *pb = NULL;
    return AVERROR(EPERM);
}

void dash_format_refuse_io(AVFormatContext *context) { context->io_open = refuse_io; }

#define LINE_ALIGN 64
#define READ_PADDING 512

int dash_picture_bytes(enum AVPixelFormat format, int width, int height) {
    int size = av_image_get_buffer_size(format, width, height, LINE_ALIGN);
    return size < 0 ? size : size + READ_PADDING;
}

int dash_frame_from_pool(AVFrame *frame, AVBufferPool *pool, enum AVPixelFormat format, int width, int height) {
    frame->buf[0] = av_buffer_pool_get(pool);
    if (!frame->buf[0]) return AVERROR(ENOMEM);
    frame->format = format;
    frame->width = width;
    frame->height = height;
    frame->extended_data = frame->data;
    int result = av_image_fill_arrays(frame->data, frame->linesize, frame->buf[0]->data, format, width, height, LINE_ALIGN);
    return result < 0 ? result : 0;
}

void dash_frame_fill_black(AVFrame *frame) {
    ptrdiff_t lines[4];
    for (int i = 0; i < 4; i++) lines[i] = frame->linesize[i];
    av_image_fill_black(frame->data, lines, (enum AVPixelFormat)frame->format, AVCOL_RANGE_MPEG, frame->width,
                        frame->height);
}

int dash_sws_set_colours(struct SwsContext *c, int sourceMatrix, int sourceFull, int targetMatrix, int targetFull) {
    return sws_setColorspaceDetails(c, sws_getCoefficients(sourceMatrix), sourceFull, sws_getCoefficients(targetMatrix),
                                    targetFull, 0, 1 << 16, 1 << 16);
}

SwrContext *dash_swr_to_stereo(const AVFrame *frame, int outputRate) {
    SwrContext *c = NULL;
    AVChannelLayout stereo, input;
    memset(&input, 0, sizeof input);
    av_channel_layout_default(&stereo, 2);
    int known = frame->ch_layout.order == AV_CHANNEL_ORDER_NATIVE && frame->ch_layout.nb_channels > 0;
    if (known) {
        if (av_channel_layout_copy(&input, &frame->ch_layout) < 0) return NULL;
    } else {
        av_channel_layout_default(&input, frame->ch_layout.nb_channels > 0 ? frame->ch_layout.nb_channels : 2);
    }
    int result = swr_alloc_set_opts2(&c, &stereo, AV_SAMPLE_FMT_FLTP, outputRate, &input,
                                     (enum AVSampleFormat)frame->format, frame->sample_rate, 0, NULL);
    av_channel_layout_uninit(&input);
    if (result < 0) return NULL;
    av_opt_set_double(c, "center_mix_level", M_SQRT1_2, 0);
    av_opt_set_double(c, "surround_mix_level", M_SQRT1_2, 0);
    av_opt_set_double(c, "lfe_mix_level", 0, 0);
    av_opt_set_double(c, "rematrix_maxval", 1.0, 0);
    if (swr_init(c) < 0) swr_free(&c);
    return c;
}

int dash_swr_convert(SwrContext *c, float *left, float *right, int capacity, const AVFrame *input) {
    uint8_t *out[2] = {(uint8_t *)left, (uint8_t *)right};
    if (!input) return swr_convert(c, out, capacity, NULL, 0);
    return swr_convert(c, out, capacity, (const uint8_t **)input->extended_data, input->nb_samples);
}

int dash_video_graph(AVFilterGraph *graph, const AVFrame *like, AVRational timeBase, const char *description,
                     AVFilterContext **source, AVFilterContext **sink) {
    const AVFilter *buffer = avfilter_get_by_name("buffer"), *buffersink = avfilter_get_by_name("buffersink");
    if (!buffer || !buffersink) return AVERROR_FILTER_NOT_FOUND;
    graph->nb_threads = 1;
    *source = avfilter_graph_alloc_filter(graph, buffer, "in");
    AVBufferSrcParameters *p = av_buffersrc_parameters_alloc();
    if (!*source || !p) {
        av_free(p);
        return AVERROR(ENOMEM);
    }
    p->format = like->format;
    p->width = like->width;
    p->height = like->height;
    p->time_base = timeBase;
    p->sample_aspect_ratio = like->sample_aspect_ratio;
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
    p->color_space = like->colorspace;
    p->color_range = like->color_range;
#endif
    int result = av_buffersrc_parameters_set(*source, p);
    av_free(p);
    if (result >= 0) result = avfilter_init_str(*source, NULL);
    if (result >= 0) result = avfilter_graph_create_filter(sink, buffersink, "out", NULL, NULL, graph);
    if (result < 0) return result;

    AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
    if (outputs && inputs) {
        outputs->name = av_strdup("in");
        outputs->filter_ctx = *source;
        inputs->name = av_strdup("out");
        inputs->filter_ctx = *sink;
        result = avfilter_graph_parse_ptr(graph, description, &inputs, &outputs, NULL);
        if (result >= 0) result = avfilter_graph_config(graph, NULL);
    } else {
        result = AVERROR(ENOMEM);
    }
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return result;
}

static const void *side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t least) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *data =
        av_packet_side_data_get(stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    return data && data->size >= least ? data->data : NULL;
#else
    size_t size = 0;
    const void *data = av_stream_get_side_data(stream, type, &size);
    return data && size >= least ? data : NULL;
#endif
}

int dash_stream_rotation(const AVStream *stream) {
    const int32_t *matrix = side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof *matrix);
    if (!matrix) return 0;
    double angle = -av_display_rotation_get(matrix);
    if (isnan(angle)) return 0;
    int quarters = (int)lround(angle / 90);
    return ((quarters % 4) + 4) % 4 * 90;
}

int dash_stream_is_encrypted(const AVStream *stream) {
    return side_data(stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO, 1) != NULL;
}

int dash_frame_silence(AVFrame *frame, const AVFrame *like, int samples) {
    int result = av_channel_layout_copy(&frame->ch_layout, &like->ch_layout);
    if (result < 0) return result;
    frame->format = like->format;
    frame->sample_rate = like->sample_rate;
    frame->nb_samples = samples;
    result = av_frame_get_buffer(frame, 0);
    if (result < 0) return result;
    return av_samples_set_silence(frame->extended_data, 0, samples, frame->ch_layout.nb_channels,
                                  (enum AVSampleFormat)frame->format);
}

int dash_set_extradata(AVCodecParameters *parameters, const uint8_t *bytes, int size) {
    uint8_t *copy = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!copy) return AVERROR(ENOMEM);
    memcpy(copy, bytes, size);
    av_freep(&parameters->extradata);
    parameters->extradata = copy;
    parameters->extradata_size = size;
    return 0;
}
