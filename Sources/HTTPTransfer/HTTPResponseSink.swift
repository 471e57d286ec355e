/// Takes a response while it comes.
///
/// The calls come from the thread that sends the request.
package protocol HTTPResponseSink: AnyObject {
    /// Takes status and header fields, before any content.
    ///
    /// - Returns: whether the request goes on.
    func begin(_ head: HTTPResponse) -> Bool

    /// Takes a piece of the content.
    ///
    /// - Returns: whether the request goes on.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool
}

/// Keeps a response's content in memory, up to a limit.
final class BufferSink: HTTPResponseSink {
    private(set) var body: [UInt8] = []

    /// Whether the content was cut off.
    private(set) var isTooLarge = false

    private let maximumBytes: Int

    init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    func begin(_ head: HTTPResponse) -> Bool { true }

    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = bytes.count > maximumBytes - body.count
        if isTooLarge { return false }
        body.append(contentsOf: bytes)
        return true
    }
}
