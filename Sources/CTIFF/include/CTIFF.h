// libtiff, and what Swift can't call by itself: variadic field access and error handlers.
#ifndef CTIFF_H
#define CTIFF_H

#include <stdint.h>
#include <tiffio.h>

/// An open file with its own error text. Nothing is printed and nothing is shared between handles, so handles
/// may live on different threads; one handle belongs to one thread at a time.
typedef struct CTIFFFile CTIFFFile;

/// Opens for reading, unmapped, without loading a page. libtiff then refuses any single allocation above
/// `max_allocation` bytes. NULL only when memory is out; `ctiff_handle` is NULL when the file didn't open.
CTIFFFile *ctiff_open(const char *path, int64_t max_allocation);
void ctiff_close(CTIFFFile *file);

TIFF *ctiff_handle(CTIFFFile *file);

/// The last error since `ctiff_clear`, "" when there was none. Valid until the next call on `file`.
const char *ctiff_error(const CTIFFFile *file);
void ctiff_clear(CTIFFFile *file);

/// A 16-bit or 32-bit field, or its TIFF default, or `otherwise` where there is neither.
uint16_t ctiff_u16(CTIFFFile *file, uint32_t tag, uint16_t otherwise);
uint32_t ctiff_u32(CTIFFFile *file, uint32_t tag, uint32_t otherwise);

/// A text field, owned by `file` until another page is selected; NULL when absent.
const char *ctiff_text(CTIFFFile *file, uint32_t tag);

/// How many of the samples of a pixel are alpha, premultiplied or not.
uint16_t ctiff_alpha_samples(CTIFFFile *file);

#endif
