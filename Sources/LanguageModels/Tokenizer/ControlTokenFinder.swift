/// Finds control tokens spelled out in a text: the first one, and of several at one place the longest.
struct ControlTokenFinder: Sendable {
    private struct Candidate: Sendable {
        var token: Int32
        var bytes: [UInt8]
    }

    /// Candidates by their first byte, longest first.
    private let candidates: [[Candidate]]

    init(_ tokens: [Int32], of table: TokenTable) {
        var candidates = [[Candidate]](repeating: [], count: 256)
        for token in tokens {
            let bytes = Array(table.bytes(Int(token)))
            if let first = bytes.first { candidates[Int(first)].append(Candidate(token: token, bytes: bytes)) }
        }
        self.candidates = candidates.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    /// The first control token at or behind `start`.
    func find(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (token: Int32, range: Range<Int>)? {
        for position in start..<bytes.count {
            for candidate in candidates[Int(bytes[position])]
            where bytes[position...].starts(with: candidate.bytes) {
                return (candidate.token, position..<position + candidate.bytes.count)
            }
        }
        return nil
    }
}
