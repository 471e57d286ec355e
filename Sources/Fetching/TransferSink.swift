import FetchSpool
import Foundation
import HTTPTransfer

/// Writes a response's content into a part file, and holds it to the limits.
final class TransferSink: HTTPResponseSink {
    /// Status and header fields.
    private(set) var head: HTTPResponse?

    /// Why the request was ended.
    private(set) var failure: FetchError?

    /// How many bytes the whole file has, if the server tells.
    private(set) var total: Int?

    /// The strong entity tag of what comes.
    private(set) var tag: String?

    /// What the part file's name holds of where that came from; `nil` without a tag.
    private(set) var mark: String?

    private let place: String
    private let spool: FetchSpool
    private let part: PartFile
    private let job: FetchJob
    private let limits: FetchLimits
    private let accepted: (TransferSink) -> Void
    private let progressed: (Int, Int?) -> Void
    private var takesContent = false
    private var ignored = 0

    /// - Parameters:
    ///   - place: where the response comes from, by `Transfer.place`.
    ///   - accepted: called once the content is about to come.
    ///   - progressed: called with the bytes so far and in all.
    init(
        part: PartFile, job: FetchJob, place: String, spool: FetchSpool, limits: FetchLimits,
        accepted: @escaping (TransferSink) -> Void, progressed: @escaping (Int, Int?) -> Void
    ) {
        self.place = place
        self.spool = spool
        self.part = part
        self.job = job
        self.limits = limits
        self.accepted = accepted
        self.progressed = progressed
    }

    func begin(_ head: HTTPResponse) -> Bool {
        self.head = head
        guard [200, 206].contains(head.status) else { return true }
        do throws(FetchError) {
            try accept(head)
            takesContent = true
            accepted(self)
            return true
        } catch {
            failure = error
            return false
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard takesContent else {
            // The page that explains a refusal is of no use, but reading a little of it lets the connection end well.
            ignored += bytes.count
            return ignored <= 64 << 10
        }
        do throws(FetchError) {
            guard bytes.count <= limits.maximumBytes - part.count else { throw tooLarge() }
            try part.append(bytes)
            progressed(part.count, total)
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func accept(_ head: HTTPResponse) throws(FetchError) {
        let encoding = head.header("Content-Encoding")?.lowercased() ?? "identity"
        guard encoding == "identity" || encoding.isEmpty else {
            throw FetchError(
                .contentEncoding, "the server sends an encoding that it was not asked for",
                remedy: "Have it send the file as it is, without Content-Encoding; files may end in .gz or .zst")
        }
        let length = try TransferSink.length(head)
        tag = head.header("ETag").flatMap { TransferSink.isStrong($0) ? $0 : nil }
        mark = tag.map { Transfer.mark(place, $0) }
        if head.status == 206 {
            let range = head.header("Content-Range").flatMap(ContentRange.init)
            // The tag once more, since a server that passes over If-Range would have another file's end spliced on.
            guard let range, part.count > 0, range.start == part.count, mark != nil, mark == job.partMark,
                range.total == nil || job.total == nil || range.total == job.total,
                length.map({ $0 == range.length }) != false
            else {
                throw FetchError(.invalidResponse, "the server sends another part of the file than it was asked for")
            }
            total = range.total ?? job.total
            guard total == range.start + range.length else {
                throw FetchError(.invalidResponse, "the server does not send the whole rest of the file")
            }
        } else {
            // Never into a file under the name of what was there before: the process may be killed before it is kept what
            // comes now.
            var fresh = job
            fresh.partMark = mark
            try part.restart(at: Transfer.partPath(fresh, spool))
            total = length
        }
        if let total, total > limits.maximumBytes { throw tooLarge() }
        // Without a length, an end in the middle would look like the end: RFC 9112, section 8.
        let isChunked = head.header("Transfer-Encoding")?.lowercased().contains("chunked") == true
        guard total != nil || isChunked || job.sha256 != nil else {
            throw FetchError(
                .lengthUnknown, "the server does not tell the file's length, so a cut transfer would look whole",
                remedy: "Give the SHA-256 of the file, or use a server that sends Content-Length")
        }
        try part.checkRoom(for: max(0, (total ?? 0) - part.count))
    }

    private func tooLarge() -> FetchError {
        FetchError(
            .tooLarge, "the file is larger than \(limits.maximumBytes) bytes",
            remedy: "Raise maximum_bytes if it is meant")
    }

    private static func length(_ head: HTTPResponse) throws(FetchError) -> Int? {
        guard let text = head.header("Content-Length") else { return nil }
        guard let length = decimal(text) else {
            throw FetchError(.invalidResponse, "the server tells no usable length of the file")
        }
        return length
    }

    /// A strong entity tag, short enough to be kept (RFC 9110, section 8.8.3).
    private static func isStrong(_ tag: String) -> Bool {
        tag.utf8.count >= 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
            && isKept(tag, spaces: false)
    }

    /// Whether a field of an answer can stand in later requests: neither long nor of characters that none takes.
    static func isKept(_ field: String, spaces: Bool) -> Bool {
        field.utf8.count <= 1024 && field.utf8.allSatisfy { (spaces ? 0x20...0x7E : 0x21...0x7E).contains($0) }
    }
}

/// `Content-Range: bytes 5-9/10` (RFC 9110, section 14.4).
struct ContentRange: Equatable {
    var start: Int
    var length: Int
    var total: Int?

    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return nil }
        let sides = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        let ends = sides[0].split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, ends.count == 2, let first = decimal(ends[0]), let last = decimal(ends[1]),
            first <= last
        else { return nil }
        start = first
        length = last - first + 1
        total = decimal(sides[1])
        guard total != nil || sides[1] == "*", total.map({ $0 > last }) != false else { return nil }
    }
}

/// A number of decimal digits alone, below 2^53.
func decimal(_ text: some StringProtocol) -> Int? {
    guard (1...16).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text).flatMap { $0 < 1 << 53 ? $0 : nil }
}
