import CHyperscan
import Foundation

/// Patterns compiled by Hyperscan into one database.
///
/// SAFETY: the database is never changed after compilation.
final class HyperscanDatabase: @unchecked Sendable {
    /// A pattern to compile.
    struct Expression {
        var text: String
        var isCaseSensitive: Bool

        /// Digits without which a text cannot match.
        var leastDigits = 0
    }

    /// A pattern that Hyperscan refuses.
    struct CompileFault: Error {
        /// Index of the pattern, or `nil` if the fault is of all of them.
        var pattern: Int?
        var message: String
    }

    /// What a scan is to tell.
    enum Purpose {
        /// Which patterns match at all, each once.
        case presence

        /// Where each match begins and ends, at each of its possible ends.
        case places

        fileprivate var flag: UInt32 {
            UInt32(self == .presence ? HS_FLAG_SINGLEMATCH : HS_FLAG_SOM_LEFTMOST)
        }
    }

    let pointer: OpaquePointer

    /// Compiles patterns, of which there is at least one.
    init(_ patterns: [Expression], _ purpose: Purpose) throws(CompileFault) {
        let expressions = patterns.map { strdup($0.text) }
        defer { expressions.forEach { free($0) } }
        let flags = patterns.map { pattern in
            UInt32(HS_FLAG_UTF8) | purpose.flag | (pattern.isCaseSensitive ? 0 : UInt32(HS_FLAG_CASELESS))
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
        pointer = database
    }

    deinit {
        hs_free_database(pointer)
    }
}
