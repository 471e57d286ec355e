import CZlib

/// Unpacks gzip (RFC 1952), several members one after another included.
final class GzipDecompressor: Decompressor {
    private var stream: UnsafeMutablePointer<z_stream>
    private var isBetweenMembers = false

    init() throws(DecompressionFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, and a gzip header.
        guard lethe_inflate_init(stream, 15 + 16) == Z_OK else {
            stream.deallocate()
            throw DecompressionFault(message: "zlib has no memory")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) throws(DecompressionFault) -> (consumed: Int, produced: Int) {
        guard !input.isEmpty, !output.isEmpty else { return (0, 0) }
        if isBetweenMembers {
            inflateReset(stream)
            isBetweenMembers = false
        }
        // zlib reads input only, whatever its type says.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let (given, room) = (stream.pointee.avail_in, stream.pointee.avail_out)
        let status = inflate(stream, Z_NO_FLUSH)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        case Z_MEM_ERROR: throw DecompressionFault(message: "zlib has no memory")
        default: throw DecompressionFault(message: "it is no gzip, or damaged")
        }
        return (Int(given - stream.pointee.avail_in), Int(room - stream.pointee.avail_out))
    }

    func finish() throws(DecompressionFault) {
        guard isBetweenMembers else { throw DecompressionFault(message: "it ends too soon") }
    }
}

/// Packs gzip as one member without name and time.
final class GzipCompressor: Compressor {
    private var stream: UnsafeMutablePointer<z_stream>
    private var output = [UInt8](repeating: 0, count: 1 << 16)

    init() throws(DecompressionFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard lethe_deflate_init(stream, 15 + 16) == Z_OK else {
            stream.deallocate()
            throw DecompressionFault(message: "zlib has no memory")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func write(_ bytes: [UInt8], isLast: Bool, _ sink: ([UInt8]) throws -> Void) throws {
        var start = 0
        var status = Z_OK
        repeat {
            let produced = bytes.withUnsafeBufferPointer { input in
                output.withUnsafeMutableBufferPointer { output in
                    let piece = UInt32(clamping: input.count - start)
                    stream.pointee.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0 + start) }
                    stream.pointee.avail_in = piece
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    let isEnd = isLast && start + Int(piece) == input.count
                    status = deflate(stream, isEnd ? Z_FINISH : Z_NO_FLUSH)
                    start += Int(piece - stream.pointee.avail_in)
                    return output.count - Int(stream.pointee.avail_out)
                }
            }
            guard status != Z_STREAM_ERROR else { throw DecompressionFault(message: "zlib fails") }
            if produced > 0 { try sink(Array(output[..<produced])) }
        } while start < bytes.count || isLast && status != Z_STREAM_END
    }
}
