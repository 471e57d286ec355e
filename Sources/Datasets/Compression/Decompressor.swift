/// Why compressed bytes cannot be read.
struct DecompressionFault: Error {
    var message: String
}

/// Unpacks a stream piece by piece.
protocol Decompressor: AnyObject {
    /// Unpacks some of `input` into `output`.
    ///
    /// - Returns: how many bytes of each were used; both zero only where more input is needed.
    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (consumed: Int, produced: Int)

    /// Checks, after the last byte of input, that the stream is whole.
    func finish() throws(DecompressionFault)
}

/// Packs a stream piece by piece, the same bytes the same way every time.
protocol Compressor: AnyObject {
    /// Packs bytes, and the end of the stream if it is the last piece.
    func write(_ bytes: [UInt8], isLast: Bool, _ sink: ([UInt8]) throws -> Void) throws
}

extension DatasetFormat.Compression {
    /// How a file is compressed, by its first bytes.
    static func detect(_ head: [UInt8]) -> DatasetFormat.Compression {
        if head.starts(with: [0x1F, 0x8B]) { return .gzip }
        if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
        // A skippable frame may come first.
        let isSkippable =
            head.count >= 4 && (0x50...0x5F).contains(head[0]) && head[1...3].elementsEqual([0x2A, 0x4D, 0x18])
        return isSkippable ? .zstd : .none
    }

    /// What unpacks such a file; `nil` where nothing needs to.
    func decompressor() throws(DecompressionFault) -> (any Decompressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipDecompressor()
        case .zstd: try ZstdDecompressor()
        }
    }

    /// What packs such a file.
    func compressor() throws(DecompressionFault) -> (any Compressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipCompressor()
        case .zstd: try ZstdCompressor()
        }
    }
}
