import Foundation

/// Allowances made ready to be asked about a match.
struct AllowanceList: Sendable {
    private let literals: [(text: [UInt8], allowance: Allowance)]
    private let expressions: [Allowance]
    private let scanner: PatternScanner?
    private let isCaseSensitive: Bool

    init(_ allowances: [Allowance], isCaseSensitive: Bool) throws(HyperscanDatabase.CompileFault) {
        self.isCaseSensitive = isCaseSensitive
        literals = allowances.filter { !$0.isRegex }.map { allowance in
            (Array((isCaseSensitive ? allowance.text : allowance.text.lowercased()).utf8), allowance)
        }
        expressions = allowances.filter(\.isRegex)
        scanner =
            try expressions.isEmpty
            ? nil
            : PatternScanner(
                expressions.map {
                    HyperscanDatabase.Expression(text: "\\A(?:\($0.text))\\z", isCaseSensitive: isCaseSensitive)
                }, findsPlaces: false)
    }

    /// Whether the whole of a match is allowed.
    ///
    /// A scan that fails allows nothing, so that the match counts.
    func holds(for match: UnsafeBufferPointer<UInt8>, _ clock: () -> Date) -> Bool {
        guard !literals.isEmpty || scanner != nil else { return false }
        if !literals.isEmpty {
            let text =
                isCaseSensitive ? Array(match) : Array(String(decoding: match, as: UTF8.self).lowercased().utf8)
            if literals.contains(where: { $0.text == text && $0.allowance.holds(at: clock()) }) { return true }
        }
        guard let found = try? scanner?.present(in: match) else { return false }
        return found.contains { expressions[$0].holds(at: clock()) }
    }
}
