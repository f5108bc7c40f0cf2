#include "CTIFF.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

static int drop_warning(TIFF *tiff, void *user_data, const char *module, const char *format, va_list arguments)
{
    (void)tiff;
    (void)user_data;
    (void)module;
    (void)format;
    (void)arguments;
    return 1;
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
    TIFFOpenOptionsSetWarningHandlerExtR(options, drop_warning, file);
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

uint16_t ctiff_alpha_samples(CTIFFFile *file)
{
    uint16_t count = 0, alpha = 0;
    uint16_t *kinds = NULL;
    if (!TIFFGetField(file->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || !kinds) return 0;
    for (uint16_t i = 0; i < count; i++)
        if (kinds[i] == EXTRASAMPLE_ASSOCALPHA || kinds[i] == EXTRASAMPLE_UNASSALPHA) alpha++;
    return alpha;
}
