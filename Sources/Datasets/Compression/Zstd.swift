import CZstd

/// Unpacks zstd (RFC 8878), several frames one after another included.
final class ZstdDecompressor: Decompressor {
    /// The largest window is 2 to this power: 128 MiB, what zstd itself takes without asking.
    private static let maximumWindowLog: Int32 = 27

    private let stream: OpaquePointer
    private var isBetweenFrames = true
    private var isFull = false

    init() throws(DecompressionFault) {
        guard let stream = ZSTD_createDStream() else { throw DecompressionFault(message: "zstd has no memory") }
        self.stream = stream
        _ = ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, ZstdDecompressor.maximumWindowLog)
    }

    deinit {
        ZSTD_freeDStream(stream)
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (consumed: Int, produced: Int) {
        // What filled the output may have more behind it, for which no further input is needed.
        guard !output.isEmpty, !input.isEmpty || isFull else { return (0, 0) }
        var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let left = ZSTD_decompressStream(stream, &to, &from)
        guard ZSTD_isError(left) == 0 else {
            let isTooLarge = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge
            throw DecompressionFault(
                message: isTooLarge ? "its window is larger than 128 MiB" : "it is no zstd, or damaged")
        }
        isBetweenFrames = left == 0
        // Nothing is behind a frame that ends just where the output is full.
        isFull = to.pos == to.size && left != 0
        return (from.pos, to.pos)
    }

    func finish() throws(DecompressionFault) {
        guard isBetweenFrames else { throw DecompressionFault(message: "it ends too soon") }
    }
}

/// Packs zstd as one frame with a checksum.
final class ZstdCompressor: Compressor {
    private let stream: OpaquePointer
    private var output = [UInt8](repeating: 0, count: 1 << 17)

    init() throws(DecompressionFault) {
        guard let stream = ZSTD_createCStream() else { throw DecompressionFault(message: "zstd has no memory") }
        self.stream = stream
        _ = ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1)
    }

    deinit {
        ZSTD_freeCStream(stream)
    }

    func write(_ bytes: [UInt8], isLast: Bool, _ sink: ([UInt8]) throws -> Void) throws {
        var start = 0
        var left = 0
        repeat {
            let produced = bytes.withUnsafeBytes { input in
                output.withUnsafeMutableBytes { output in
                    var from = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: start)
                    var to = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                    left = ZSTD_compressStream2(stream, &to, &from, isLast ? ZSTD_e_end : ZSTD_e_continue)
                    start = from.pos
                    return to.pos
                }
            }
            guard ZSTD_isError(left) == 0 else { throw DecompressionFault(message: "zstd fails") }
            if produced > 0 { try sink(Array(output[..<produced])) }
        } while start < bytes.count || isLast && left > 0
    }
}
