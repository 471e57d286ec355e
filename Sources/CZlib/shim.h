#pragma once
#include <zlib.h>

/// `inflateInit2` is a macro, which Swift does not see.
static inline int lethe_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

/// The same for `deflateInit2`, with the default level, memory and strategy.
static inline int lethe_deflate_init(z_stream *stream, int window_bits) {
    return deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
}
