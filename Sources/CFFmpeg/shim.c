#include "CFFmpeg.h"

#include <libavutil/display.h>
#include <libavutil/mem.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;
static char log_line[1024];

static void keep_line(void *source, int level, const char *format, va_list arguments) {
    if (level > AV_LOG_ERROR) return;
    char line[sizeof log_line];
    int with_prefix = 1;
    av_log_format_line2(source, level, format, arguments, line, sizeof line, &with_prefix);
    size_t length = strcspn(line, "\r\n");
    if (length == 0) return;
    line[length] = 0;
    // "[mov,mp4 @ 0x55d0c0ffee] text": addresses differ from run to run, so the prefix goes.
    char *text = line, *end;
    while (*text == '[' && (end = strstr(text, "] "))) text = end + 2;
    pthread_mutex_lock(&log_mutex);
    strcpy(log_line, text);
    pthread_mutex_unlock(&log_mutex);
}

void mc_log_install(void) { av_log_set_callback(keep_line); }

void mc_log_take(char *text, int size) {
    pthread_mutex_lock(&log_mutex);
    snprintf(text, size, "%s", log_line);
    log_line[0] = 0;
    pthread_mutex_unlock(&log_mutex);
}

// Side data of a stream moved into its codec parameters in FFmpeg 6.1.
#define IN_PARAMETERS (LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100))

#define MATRIX_SIZE (9 * sizeof(int32_t))

int mc_stream_display_matrix(const AVStream *stream, int32_t matrix[9]) {
    const uint8_t *found = NULL;
    size_t size = 0;
#if IN_PARAMETERS
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (data) {
        found = data->data;
        size = data->size;
    }
#else
    found = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
#endif
    if (!found || size < MATRIX_SIZE) return 0;
    memcpy(matrix, found, MATRIX_SIZE);
    return 1;
}

int mc_frame_display_matrix(const AVFrame *frame, int32_t matrix[9]) {
    const AVFrameSideData *data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    if (!data || data->size < MATRIX_SIZE) return 0;
    memcpy(matrix, data->data, MATRIX_SIZE);
    return 1;
}

int mc_stream_set_rotation(AVStream *stream, double degrees) {
    uint8_t *matrix;
#if IN_PARAMETERS
    AVPacketSideData *data = av_packet_side_data_new(
        &stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX,
        MATRIX_SIZE, 0);
    matrix = data ? data->data : NULL;
#else
    matrix = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, MATRIX_SIZE);
#endif
    if (!matrix) return AVERROR(ENOMEM);
    av_display_rotation_set((int32_t *)matrix, degrees);
    return 0;
}

int mc_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame->key_frame;
#endif
}

int mc_frame_is_damaged(const AVFrame *frame) {
    return (frame->flags & AV_FRAME_FLAG_CORRUPT) || frame->decode_error_flags;
}

int mc_frame_is_interlaced(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_INTERLACED
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

int mc_frame_is_top_first(const AVFrame *frame) {
#ifdef AV_FRAME_FLAG_TOP_FIELD_FIRST
    return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
    return frame->top_field_first;
#endif
}

int mc_source_set(AVFilterContext *source, const AVFrame *frame) {
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    if (!parameters) return AVERROR(ENOMEM);
    parameters->format = frame->format;
    parameters->width = frame->width;
    parameters->height = frame->height;
    parameters->sample_aspect_ratio = frame->sample_aspect_ratio;
    parameters->time_base = (AVRational){1, 1};
#if LIBAVFILTER_VERSION_MAJOR >= 10
    parameters->color_space = frame->colorspace;
    parameters->color_range = frame->color_range;
#endif
    int code = av_buffersrc_parameters_set(source, parameters);
    av_free(parameters);
    return code;
}
