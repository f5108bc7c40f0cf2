#include "CFFmpeg.h"

#include <libavutil/display.h>
#include <math.h>
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

double mc_stream_rotation(const AVStream *stream) {
    const uint8_t *matrix = NULL;
#if IN_PARAMETERS
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    if (data && data->size >= 9 * sizeof(int32_t)) matrix = data->data;
#else
    size_t size = 0;
    matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    if (size < 9 * sizeof(int32_t)) matrix = NULL;
#endif
    if (!matrix) return 0;
    double turn = -av_display_rotation_get((const int32_t *)matrix);
    return isnan(turn) ? 0 : fmod(turn + 720, 360);
}

int mc_stream_set_rotation(AVStream *stream, double degrees) {
    uint8_t *matrix;
#if IN_PARAMETERS
    AVPacketSideData *data = av_packet_side_data_new(
        &stream->codecpar->coded_side_data, &stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX,
        9 * sizeof(int32_t), 0);
    matrix = data ? data->data : NULL;
#else
    matrix = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t));
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
