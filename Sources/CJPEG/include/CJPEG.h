// One grey baseline JPEG (ITU-T T.81) in memory: what CZI files hold with compression 1.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

/// Decodes a baseline JPEG of one 8-bit component.
/// - `pixels`: room for width * height bytes, filled row by row from the top.
/// - `error`: room for 256 bytes (JMSG_LENGTH_MAX is 200); the reason when it fails.
/// Returns 1, or 0 when it is damaged (a warning of the library counts), of another size, or of another kind.
int cjpeg_decode_gray(
    const uint8_t *data, size_t size, uint32_t width, uint32_t height, uint8_t *pixels, char *error);

#endif
