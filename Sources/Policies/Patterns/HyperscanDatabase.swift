import CHyperscan
import Foundation

/// Patterns compiled by Hyperscan, with scratch space for as many threads as scan at a time.
///
/// SAFETY: the database is never changed after compilation. Scratch space, which a scan does change, is used by one
/// scan at a time: it is taken out of the pool before and put back after it, both under the lock.
final class HyperscanDatabase: @unchecked Sendable {
    /// A pattern to compile.
    struct Expression {
        var text: String
        var isCaseSensitive: Bool
    }

    /// A pattern that Hyperscan refuses.
    struct CompileFault: Error {
        /// Index of the pattern, or `nil` if the fault is of all of them.
        var pattern: Int?
        var message: String
    }

    /// One place where a pattern matched: the widest of those that begin there and end in one run.
    struct Match {
        var pattern: Int
        var start: Int
        var end: Int
    }

    private let database: OpaquePointer
    private let lock = NSLock()
    private var pool: [OpaquePointer] = []
    private let count: Int

    /// Compiles patterns, of which there is at least one.
    ///
    /// - Parameter findsStarts: whether `matches` will be asked for; without it, `holdsAny` is several times faster.
    init(_ patterns: [Expression], findsStarts: Bool) throws(CompileFault) {
        count = patterns.count
        let expressions = patterns.map { strdup($0.text) }
        defer { expressions.forEach { free($0) } }
        let flags = patterns.map { pattern in
            UInt32(HS_FLAG_UTF8) | UInt32(findsStarts ? HS_FLAG_SOM_LEFTMOST : HS_FLAG_SINGLEMATCH)
                | (pattern.isCaseSensitive ? 0 : UInt32(HS_FLAG_CASELESS))
        }
        let ids = (0..<UInt32(patterns.count)).map { $0 }
        var database: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let constants = expressions.map { UnsafePointer($0) }
        let status = hs_compile_multi(
            constants, flags, ids, UInt32(patterns.count), UInt32(HS_MODE_BLOCK), nil, &database, &failure)
        guard status == HS_SUCCESS, let database else {
            let message = failure.map { String(cString: $0.pointee.message) } ?? "status \(status)"
            let index = failure.map { Int($0.pointee.expression) } ?? -1
            hs_free_compile_error(failure)
            throw CompileFault(pattern: index >= 0 ? index : nil, message: message)
        }
        var scratch: OpaquePointer?
        guard hs_alloc_scratch(database, &scratch) == HS_SUCCESS, let scratch else {
            hs_free_database(database)
            throw CompileFault(pattern: nil, message: "Hyperscan has no memory for its scratch space")
        }
        self.database = database
        pool = [scratch]
    }

    deinit {
        pool.forEach { hs_free_scratch($0) }
        hs_free_database(database)
    }

    /// Whether any pattern matches anywhere; the scan ends at the first match.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails.
    func holdsAny(_ bytes: UnsafeBufferPointer<UInt8>) throws(PolicyError) -> Bool {
        let status = try scan(bytes, { _, _, _, _, _ in 1 }, nil)
        if status == HS_SCAN_TERMINATED { return true }
        try check(status)
        return false
    }

    /// All matches, in the order of their ends.
    ///
    /// Hyperscan tells a match at each of its possible ends; of those that follow one another with one beginning, the
    /// last is kept, so that a text of one long match takes no more memory than a short one.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails.
    func matches(_ bytes: UnsafeBufferPointer<UInt8>) throws(PolicyError) -> [Match] {
        var collector = Collector(patterns: count)
        let status = try withUnsafeMutablePointer(to: &collector) { collector throws(PolicyError) in
            try scan(
                bytes,
                { id, from, to, _, context in
                    context?.assumingMemoryBound(to: Collector.self).pointee.add(Int(id), Int(from), Int(to))
                    return 0
                }, collector)
        }
        try check(status)
        return collector.found
    }

    private struct Collector {
        var found: [Match] = []
        /// For each pattern, one more than the index of its latest match.
        var latest: [Int32]

        init(patterns: Int) {
            latest = [Int32](repeating: 0, count: patterns)
        }

        mutating func add(_ pattern: Int, _ start: Int, _ end: Int) {
            let last = Int(latest[pattern]) - 1
            if last >= 0, found[last].start == start {
                found[last].end = max(found[last].end, end)
            } else {
                found.append(Match(pattern: pattern, start: start, end: end))
                latest[pattern] = Int32(clamping: found.count)
            }
        }
    }

    private func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ callback: match_event_handler, _ context: UnsafeMutableRawPointer?
    ) throws(PolicyError) -> hs_error_t {
        guard !bytes.isEmpty else { return HS_SUCCESS }
        guard let length = UInt32(exactly: bytes.count) else {
            throw PolicyError(.scanFailed, "a text of \(bytes.count) bytes is longer than Hyperscan can scan")
        }
        let scratch = try takeScratch()
        defer { lock.withLock { pool.append(scratch) } }
        return bytes.withMemoryRebound(to: CChar.self) { bytes in
            hs_scan(database, bytes.baseAddress, length, 0, scratch, callback, context)
        }
    }

    /// Scratch space that no other scan uses.
    private func takeScratch() throws(PolicyError) -> OpaquePointer {
        if let scratch = lock.withLock({ pool.popLast() }) { return scratch }
        var scratch: OpaquePointer?
        try check(hs_alloc_scratch(database, &scratch))
        guard let scratch else { throw PolicyError(.scanFailed, "Hyperscan gave no scratch space") }
        return scratch
    }

    private func check(_ status: hs_error_t) throws(PolicyError) {
        guard status == HS_SUCCESS else {
            throw PolicyError(.scanFailed, "Hyperscan answered status \(status) to a scan")
        }
    }
}
