import CHyperscan
import Foundation

/// Looks for many patterns in one pass, and then for the places of those that are there.
///
/// Databases of all patterns tell which of them match; that is several times faster than to track where matches
/// begin, and most texts end there. Patterns that need some digits are in one of their own, which is left out for texts
/// with fewer. Where a pattern matches is told by a database of its own, which is also far quicker
/// to compile than one of all patterns that tracks beginnings.
///
/// SAFETY: scratch space, which a scan changes, is used by one scan at a time: it is taken out of the pool before and put
/// back after it, both under the lock. Nothing else changes after compilation.
final class PatternScanner: @unchecked Sendable {
    /// One place where a pattern matched: the widest of those that begin there and end in one run.
    struct Match {
        var start: Int
        var end: Int
    }

    /// Patterns that are looked for in one pass.
    private struct Group {
        var members: [Int]
        var leastDigits: Int
        var database: HyperscanDatabase
    }

    private let groups: [Group]
    private let needsDigits: Bool
    private let places: [HyperscanDatabase]
    private let lock = NSLock()
    private var pool: [OpaquePointer] = []

    /// Compiles patterns, of which there is at least one.
    ///
    /// - Parameter findsPlaces: whether `matches` will be asked for.
    init(
        _ patterns: [HyperscanDatabase.Expression], findsPlaces: Bool = true
    ) throws(HyperscanDatabase.CompileFault) {
        var places: [HyperscanDatabase] = []
        for (index, pattern) in patterns.enumerated() where findsPlaces {
            do {
                places.append(try HyperscanDatabase([pattern], .places))
            } catch {
                throw HyperscanDatabase.CompileFault(pattern: index, message: error.message)
            }
        }
        self.places = places
        // For any text, for one with some digit, and for one with as many as a long number has.
        let kinds = Dictionary(grouping: patterns.indices) { min(patterns[$0].leastDigits, 6) }
        var groups: [Group] = []
        for members in kinds.sorted(by: { $0.key < $1.key }).map(\.value) {
            do {
                groups.append(
                    Group(
                        members: members, leastDigits: members.map { patterns[$0].leastDigits }.min() ?? 0,
                        database: try HyperscanDatabase(members.map { patterns[$0] }, .presence)))
            } catch {
                throw HyperscanDatabase.CompileFault(pattern: error.pattern.map { members[$0] }, message: error.message)
            }
        }
        self.groups = groups
        needsDigits = groups.contains { $0.leastDigits > 0 }
        do {
            pool = [try makeScratch()]
        } catch {
            throw HyperscanDatabase.CompileFault(pattern: nil, message: error.message)
        }
    }

    deinit {
        pool.forEach { hs_free_scratch($0) }
    }

    /// The patterns that match anywhere, in ascending order.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails.
    func present(in bytes: UnsafeBufferPointer<UInt8>) throws(PolicyError) -> [Int] {
        var all: [Int] = []
        var digits = 0
        if needsDigits { for byte in bytes where byte &- 0x30 < 10 { digits &+= 1 } }
        for group in groups where digits >= group.leastDigits {
            var found: [Int] = []
            try withUnsafeMutablePointer(to: &found) { found throws(PolicyError) in
                try scan(
                    group.database, bytes,
                    { id, _, _, _, context in
                        context?.assumingMemoryBound(to: [Int].self).pointee.append(Int(id))
                        return 0
                    }, found)
            }
            all += found.map { group.members[$0] }
        }
        return all.count > 1 ? Set(all).sorted() : all
    }

    /// All matches of one pattern, in the order of their ends.
    ///
    /// Hyperscan tells a match at each of its possible ends; of those that follow one another with one beginning, the
    /// last is kept, so that a text of one long match takes no more memory than a short one.
    ///
    /// - Throws: `PolicyError` when Hyperscan fails.
    func matches(of pattern: Int, in bytes: UnsafeBufferPointer<UInt8>) throws(PolicyError) -> [Match] {
        var found: [Match] = []
        try withUnsafeMutablePointer(to: &found) { found throws(PolicyError) in
            try scan(
                places[pattern], bytes,
                { _, from, to, _, context in
                    guard let found = context?.assumingMemoryBound(to: [Match].self) else { return 1 }
                    let last = found.pointee.count - 1
                    if last >= 0, found.pointee[last].start == Int(from) {
                        found.pointee[last].end = max(found.pointee[last].end, Int(to))
                    } else {
                        found.pointee.append(Match(start: Int(from), end: Int(to)))
                    }
                    return 0
                }, found)
        }
        return found
    }

    private func scan(
        _ database: HyperscanDatabase, _ bytes: UnsafeBufferPointer<UInt8>, _ callback: match_event_handler,
        _ context: UnsafeMutableRawPointer
    ) throws(PolicyError) {
        guard !bytes.isEmpty else { return }
        guard let length = UInt32(exactly: bytes.count) else {
            throw PolicyError(.scanFailed, "a text of \(bytes.count) bytes is longer than Hyperscan can scan")
        }
        let idle = lock.withLock { pool.popLast() }
        let scratch = if let idle { idle } else { try makeScratch() }
        defer { lock.withLock { pool.append(scratch) } }
        let status = bytes.withMemoryRebound(to: CChar.self) { bytes in
            hs_scan(database.pointer, bytes.baseAddress, length, 0, scratch, callback, context)
        }
        guard status == HS_SUCCESS else {
            throw PolicyError(.scanFailed, "Hyperscan answered status \(status) to a scan")
        }
    }

    /// Scratch space that serves every database.
    private func makeScratch() throws(PolicyError) -> OpaquePointer {
        var scratch: OpaquePointer?
        for database in groups.map(\.database) + places {
            guard hs_alloc_scratch(database.pointer, &scratch) == HS_SUCCESS else {
                hs_free_scratch(scratch)
                throw PolicyError(.scanFailed, "Hyperscan has no memory for its scratch space")
            }
        }
        guard let scratch else { throw PolicyError(.scanFailed, "Hyperscan gave no scratch space") }
        return scratch
    }
}
