#include "CJPEG.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#define ERROR_SIZE 256

struct handler {
    struct jpeg_error_mgr base;
    jmp_buf back;
    char *error;
};

static void give_up(j_common_ptr info)
{
    struct handler *handler = (struct handler *)info->err;
    char text[JMSG_LENGTH_MAX];
    info->err->format_message(info, text);
    snprintf(handler->error, ERROR_SIZE, "%s", text);
    longjmp(handler->back, 1);
}

// A warning means that the library would go on with samples of its own making.
static void judge(j_common_ptr info, int level)
{
    if (level < 0) give_up(info);
}

int cjpeg_decode_gray(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *pixels, char *error)
{
    struct jpeg_decompress_struct info;
    struct handler handler;
    memset(&info, 0, sizeof info);
    info.err = jpeg_std_error(&handler.base);
    handler.base.error_exit = give_up;
    handler.base.emit_message = judge;
    handler.error = error;
    if (setjmp(handler.back)) {
        jpeg_destroy_decompress(&info);
        return 0;
    }
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, data, (unsigned long)size);
    jpeg_read_header(&info, TRUE);
    if (info.num_components != 1 || info.data_precision != 8 || jpeg_has_multiple_scans(&info)
        || info.image_width != width || info.image_height != height) {
        snprintf(
            error, ERROR_SIZE, "%ux%u pixels of %d components of %d bits", info.image_width, info.image_height,
            info.num_components, info.data_precision);
        jpeg_destroy_decompress(&info);
        return 0;
    }
    info.out_color_space = JCS_GRAYSCALE;
    info.dct_method = JDCT_ISLOW; // the same samples with and without vector units
    jpeg_start_decompress(&info);
    while (info.output_scanline < height) {
        JSAMPROW row = pixels + (size_t)info.output_scanline * width;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return 1;
}
