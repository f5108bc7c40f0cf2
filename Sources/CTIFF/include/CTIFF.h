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

/// The last error since `ctiff_clear`, damage that libjpeg merely warns of included; "" when there was none. Valid
/// until the next call on `file`.
const char *ctiff_error(const CTIFFFile *file);
void ctiff_clear(CTIFFFile *file);

/// A 16-bit or 32-bit field, or its TIFF default, or `otherwise` where there is neither.
uint16_t ctiff_u16(CTIFFFile *file, uint32_t tag, uint16_t otherwise);
uint32_t ctiff_u32(CTIFFFile *file, uint32_t tag, uint32_t otherwise);

/// A text field, owned by `file` until another page is selected; NULL when absent.
const char *ctiff_text(CTIFFFile *file, uint32_t tag);

/// The kinds (EXTRASAMPLE_*) of the last samples of a pixel: returns their number. `kinds` is owned as a text field.
uint16_t ctiff_extra_samples(CTIFFFile *file, const uint16_t **kinds);

/// The palette: three arrays of 2^BitsPerSample values each, owned as a text field. 0 when absent.
int ctiff_color_map(CTIFFFile *file, const uint16_t *maps[3]);

/// Lets the selected page's YCbCr JPEG come out as RGB. Forgotten when another page is selected.
void ctiff_decode_jpeg_as_rgb(CTIFFFile *file);

#endif
