// zlib and Zstandard, which the chunks of ND2 and CZI files are packed with.
#ifndef CCOMPRESSION_H
#define CCOMPRESSION_H

#include <zlib.h>
#include <zstd.h>

#endif
