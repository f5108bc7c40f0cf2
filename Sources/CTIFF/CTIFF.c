#include "CTIFF.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CTIFFFile {
    TIFF *tiff;
    char error[512];
};

static int keep_error(TIFF *tiff, void *user_data, const char *module, const char *format, va_list arguments)
{
    (void)tiff;
    (void)module;
    CTIFFFile *file = user_data;
    vsnprintf(file->error, sizeof file->error, format, arguments);
    return 1; // handled: libtiff's global handlers, which print, are not called
}

static int keep_damage(TIFF *tiff, void *user_data, const char *module, const char *format, va_list arguments)
{
    // libjpeg only warns of damaged data, and goes on with noise
    return module && !strcmp(module, "JPEGLib") ? keep_error(tiff, user_data, module, format, arguments) : 1;
}

CTIFFFile *ctiff_open(const char *path, int64_t max_allocation)
{
    CTIFFFile *file = calloc(1, sizeof *file);
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!file || !options) {
        free(file);
        if (options) TIFFOpenOptionsFree(options);
        return NULL;
    }
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)max_allocation);
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_error, file);
    TIFFOpenOptionsSetWarningHandlerExtR(options, keep_damage, file);
    // h: header only; m: no memory map, so that a file cut while it is read is an error, not SIGBUS
    file->tiff = TIFFOpenExt(path, "rhm", options);
    TIFFOpenOptionsFree(options);
    return file;
}

void ctiff_close(CTIFFFile *file)
{
    if (file->tiff) TIFFClose(file->tiff);
    free(file);
}

TIFF *ctiff_handle(CTIFFFile *file) { return file->tiff; }

const char *ctiff_error(const CTIFFFile *file) { return file->error; }

void ctiff_clear(CTIFFFile *file) { file->error[0] = 0; }

uint16_t ctiff_u16(CTIFFFile *file, uint32_t tag, uint16_t otherwise)
{
    uint16_t value = otherwise;
    return TIFFGetFieldDefaulted(file->tiff, tag, &value) ? value : otherwise;
}

uint32_t ctiff_u32(CTIFFFile *file, uint32_t tag, uint32_t otherwise)
{
    uint32_t value = otherwise;
    return TIFFGetFieldDefaulted(file->tiff, tag, &value) ? value : otherwise;
}

const char *ctiff_text(CTIFFFile *file, uint32_t tag)
{
    const char *text = NULL;
    return TIFFGetField(file->tiff, tag, &text) ? text : NULL;
}

uint16_t ctiff_extra_samples(CTIFFFile *file, const uint16_t **kinds)
{
    uint16_t count = 0, *found = NULL;
    if (!TIFFGetField(file->tiff, TIFFTAG_EXTRASAMPLES, &count, &found) || !found) return 0;
    *kinds = found;
    return count;
}

int ctiff_color_map(CTIFFFile *file, const uint16_t *maps[3])
{
    uint16_t *red = NULL, *green = NULL, *blue = NULL;
    if (!TIFFGetField(file->tiff, TIFFTAG_COLORMAP, &red, &green, &blue) || !red || !green || !blue) return 0;
    maps[0] = red;
    maps[1] = green;
    maps[2] = blue;
    return 1;
}

void ctiff_decode_jpeg_as_rgb(CTIFFFile *file) { TIFFSetField(file->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB); }
