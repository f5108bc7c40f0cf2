// The FFmpeg libraries (5.1 to 7.1) as Swift sees them: their headers, the macros that Swift cannot import,
// and one function for each thing whose place differs between versions.

#ifndef CFFMPEG_H
#define CFFMPEG_H

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/cpu.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

static const int mc_error_eof = AVERROR_EOF;
static const int mc_error_again = AVERROR(EAGAIN);
static const int mc_error_invalid_data = AVERROR_INVALIDDATA;
static const int mc_error_decoder_not_found = AVERROR_DECODER_NOT_FOUND;
static const int mc_error_encoder_not_found = AVERROR_ENCODER_NOT_FOUND;
static const int mc_error_demuxer_not_found = AVERROR_DEMUXER_NOT_FOUND;
static const int mc_error_muxer_not_found = AVERROR_MUXER_NOT_FOUND;
static const int mc_error_patch_welcome = AVERROR_PATCHWELCOME;
static const int mc_error_no_memory = AVERROR(ENOMEM);
static const int mc_error_no_space = AVERROR(ENOSPC);
static const int mc_error_read_only = AVERROR(EROFS);
static const int mc_error_access = AVERROR(EACCES);
static const int mc_error_permission = AVERROR(EPERM);
static const int mc_error_no_entry = AVERROR(ENOENT);
static const int mc_error_io = AVERROR(EIO);

static const int64_t mc_no_pts = INT64_MIN;

static const int mc_codec_bitexact = AV_CODEC_FLAG_BITEXACT;
static const int mc_codec_global_header = AV_CODEC_FLAG_GLOBAL_HEADER;
static const int mc_codec_qscale = AV_CODEC_FLAG_QSCALE;
static const int mc_format_bitexact = AVFMT_FLAG_BITEXACT;
static const int mc_format_no_timestamps = AVFMT_NOTIMESTAMPS;
static const int mc_format_discontinuous = AVFMT_TS_DISCONT;
static const int mc_format_global_header = AVFMT_GLOBALHEADER;
static const int mc_seek_backward = AVSEEK_FLAG_BACKWARD;
static const int mc_packet_corrupt = AV_PKT_FLAG_CORRUPT;
static const int mc_packet_discard = AV_PKT_FLAG_DISCARD;
static const int mc_attached_picture = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS;
static const int mc_filter_keep_reference = AV_BUFFERSRC_FLAG_KEEP_REF;
static const int mc_io_write = AVIO_FLAG_WRITE;
static const int mc_io_read = AVIO_FLAG_READ;
static const int mc_qp_to_lambda = FF_QP2LAMBDA;
static const int mc_idct_simple = FF_IDCT_SIMPLE;
static const int mc_dct_integer = FF_DCT_INT;

static const int mc_scale_bicubic = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT;
static const int mc_scale_area = SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT;

static const uint64_t mc_pixel_rgb = AV_PIX_FMT_FLAG_RGB;
static const uint64_t mc_pixel_alpha = AV_PIX_FMT_FLAG_ALPHA;
static const uint64_t mc_pixel_palette = AV_PIX_FMT_FLAG_PAL;
static const uint64_t mc_pixel_bitstream = AV_PIX_FMT_FLAG_BITSTREAM;
static const uint64_t mc_pixel_float = AV_PIX_FMT_FLAG_FLOAT;
static const uint64_t mc_pixel_big_endian = AV_PIX_FMT_FLAG_BE;
static const uint64_t mc_pixel_hardware = AV_PIX_FMT_FLAG_HWACCEL;
static const uint64_t mc_pixel_bayer = AV_PIX_FMT_FLAG_BAYER;

/// Silences the libraries and keeps their last error line; idempotent.
void mc_log_install(void);
/// Copies the last error line, without its newline, and forgets it; an empty string where there is none.
/// Any thread of the process may have caused it.
void mc_log_take(char *text, int size);

/// Copies the display matrix (libavutil/display.h) that the stream declares; 0 where it declares none.
int mc_stream_display_matrix(const AVStream *stream, int32_t matrix[9]);
/// Copies the display matrix that came with the frame itself; 0 where there is none.
int mc_frame_display_matrix(const AVFrame *frame, int32_t matrix[9]);
/// Declares that the stream's picture must be turned clockwise by `degrees`; an AVERROR on failure.
int mc_stream_set_rotation(AVStream *stream, double degrees);
/// Whether the frame stands alone.
int mc_frame_is_key(const AVFrame *frame);
/// Whether the frame holds two fields of different times.
int mc_frame_is_interlaced(const AVFrame *frame);
/// Whether the earlier field is the one with the uppermost row.
int mc_frame_is_top_first(const AVFrame *frame);
/// Prepares a `buffer` filter for frames like this one; an AVERROR on failure.
int mc_source_set(AVFilterContext *source, const AVFrame *frame);
/// The frame's plane pointers and line sizes as the arrays that swscale takes; valid as long as the frame.
static inline uint8_t *const *mc_frame_planes(const AVFrame *frame) { return frame->data; }
static inline const int *mc_frame_lines(const AVFrame *frame) { return frame->linesize; }
/// Whether the decoder patched the frame over missing or damaged data.
int mc_frame_is_damaged(const AVFrame *frame);

#endif
