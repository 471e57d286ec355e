import Storage

/// A dataset's bytes, unpacked, read once from front to back.
final class DatasetSource {
    /// More bytes for each byte of the file than this are a bomb.
    ///
    /// Texts are packed to a tenth or so, rows of few templates to a hundredth.
    static let maximumRatio = 250

    /// Unpacked bytes from which on the ratio counts.
    static let ratioFloor = 16 << 20

    /// How the file is compressed.
    let compression: DatasetFormat.Compression

    /// The file's own size.
    let byteCount: Int

    private let file: InputFile
    private let path: String
    private let maximumBytes: Int
    private let decompressor: (any Decompressor)?
    private let input: UnsafeMutableRawBufferPointer
    private var inputRange = 0..<0
    private var isAtEnd = false
    private var consumed = 0
    private var produced = 0

    /// The first unpacked bytes, at most 64 KiB; `read` hands them out again.
    private(set) var head: [UInt8] = []
    private var headPosition = 0

    /// Opens a dataset's file.
    ///
    /// - Parameter maximumBytes: the most bytes of the file, and of what it unpacks to.
    init(_ path: String, maximumBytes: Int) throws(DatasetError) {
        file = try reading { () throws(StorageError) in try InputFile(path) }
        self.path = path
        self.maximumBytes = maximumBytes
        byteCount = file.byteCount
        guard file.byteCount > 0 else {
            throw DatasetError(.empty, "the file is empty", remedy: "Send at least one row", path: path)
        }
        guard file.byteCount <= maximumBytes else {
            throw DatasetError(
                .tooLarge, "the file has \(file.byteCount) bytes; the policy allows \(maximumBytes)",
                remedy: "Split it, or raise the policy's maximum_bytes", path: path)
        }
        // One byte more than the file has, so that one that grew is noticed.
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: min(1 << 18, file.byteCount + 1), alignment: 64)
        do throws(DatasetError) {
            let file = file
            let count = try reading { () throws(StorageError) in try file.read(into: input) }
            let first = UnsafeRawBufferPointer(rebasing: input[..<min(count, 16)])
            compression = .detect(Array(first))
            inputRange = 0..<count
            do throws(DecompressionFault) {
                decompressor = try compression.decompressor()
            } catch {
                throw DatasetError(.damagedCompression, error.message, path: path)
            }
        } catch {
            input.deallocate()
            throw error
        }
        self.input = input
        if let named = FileNameHint(path).compression, named != compression {
            throw DatasetError(
                .formatMismatch, "the file's name says \(named.rawValue), its content does not",
                remedy: "Name it as what it is", path: path)
        }
        let start = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { start.deallocate() }
        var used = 0
        while used < start.count {
            let count = try next(UnsafeMutableRawBufferPointer(rebasing: start[used...]))
            if count == 0 { break }
            used += count
        }
        guard used > 0 else {
            throw DatasetError(.empty, "the file unpacks to nothing", remedy: "Send at least one row", path: path)
        }
        head = Array(start[..<used])
    }

    deinit {
        input.deallocate()
    }

    /// Reads the next unpacked bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        if headPosition < head.count {
            let count = min(buffer.count, head.count - headPosition)
            buffer.copyBytes(from: head[headPosition..<headPosition + count])
            headPosition += count
            return count
        }
        return try next(buffer)
    }

    /// Checks, after the last byte, that the file is what it was at opening, and returns its SHA-256.
    func finish() throws(DatasetError) -> String {
        try reading { () throws(StorageError) in try file.finish() }
    }

    /// How many bytes are best read at a time: no more than there can be.
    func pieceBytes(atMost limit: Int) -> Int { compression == .none ? max(1, min(limit, byteCount + 1)) : limit }

    private func next(_ buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        guard let decompressor else { return try nextPlain(buffer) }
        while true {
            if inputRange.isEmpty, !isAtEnd { try refill() }
            let step = try unpack(decompressor, buffer)
            inputRange = inputRange.lowerBound + step.consumed..<inputRange.upperBound
            consumed += step.consumed
            produced += step.produced
            if step.produced > 0 {
                try requireModestSize()
                return step.produced
            }
            if step.consumed == 0, inputRange.isEmpty, isAtEnd { return 0 }
        }
    }

    /// One step of the decompressor; at the end of the file, the check that its stream is whole.
    private func unpack(
        _ decompressor: any Decompressor, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(DatasetError) -> (consumed: Int, produced: Int) {
        do throws(DecompressionFault) {
            let step = try decompressor.step(UnsafeRawBufferPointer(rebasing: input[inputRange]), buffer)
            guard step == (0, 0) else { return step }
            guard inputRange.isEmpty else { throw DecompressionFault(message: "it does not go on") }
            if isAtEnd { try decompressor.finish() }
            return step
        } catch {
            throw DatasetError(
                .damagedCompression, "the \(compression.rawValue) stream cannot be read: \(error.message)",
                remedy: "Send the file again; test it by \(compression == .gzip ? "gzip" : "zstd") -t", path: path)
        }
    }

    private func nextPlain(_ buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
        if !inputRange.isEmpty {
            let count = min(buffer.count, inputRange.count)
            buffer.copyBytes(from: input[inputRange.lowerBound..<inputRange.lowerBound + count])
            inputRange = inputRange.lowerBound + count..<inputRange.upperBound
            return count
        }
        return try reading { () throws(StorageError) in try file.read(into: buffer) }
    }

    private func refill() throws(DatasetError) {
        let count = try reading { () throws(StorageError) in try file.read(into: input) }
        isAtEnd = count == 0
        inputRange = 0..<count
    }

    private func requireModestSize() throws(DatasetError) {
        guard produced <= maximumBytes else {
            throw DatasetError(
                .tooLarge, "the file unpacks to more than the \(maximumBytes) bytes that the policy allows",
                remedy: "Split it, or raise the policy's maximum_bytes", path: path)
        }
        guard produced <= DatasetSource.ratioFloor || produced / DatasetSource.maximumRatio <= consumed else {
            throw DatasetError(
                .decompressionBomb,
                "the file unpacks to more than \(DatasetSource.maximumRatio) times its size",
                remedy: "Send it uncompressed", path: path)
        }
    }
}
