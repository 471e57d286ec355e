/// An error that a person can act on: what went wrong, where, and what to do about it.
///
/// Every module's errors are structs with a closed set of codes. A message holds ids, line numbers, paths, names of
/// fields and numbers; it never holds text of a customer's rows.
package protocol DiagnosedError: Error, CustomStringConvertible, Sendable {
    /// The module's closed set of failures.
    associatedtype Code: RawRepresentable<String>, Sendable

    /// Which failure of the closed set this is; its raw value is stable and fit for scripts.
    var code: Code { get }

    /// What went wrong, as a sentence without a full stop.
    var message: String { get }

    /// What the reader can do about it, as a sentence without a full stop; `nil` where nothing can be said.
    var remedy: String? { get }

    /// Where it happened, if that is known.
    var location: SourceLocation? { get }
}

extension DiagnosedError {
    package var description: String {
        var text = location.map { "\($0): " } ?? ""
        text += "\(message) [\(code.rawValue)]"
        if let remedy { text += ". \(remedy)" }
        return text
    }
}

/// A place in a file that a user gave: path, then one-based line and column where they are known.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    /// The path as the user gave it.
    package var path: String

    /// One-based line.
    package var line: Int?

    /// One-based column, counted in characters.
    package var column: Int?

    /// Creates a location.
    package init(path: String, line: Int? = nil, column: Int? = nil) {
        self.path = path
        self.line = line
        self.column = column
    }

    package var description: String {
        [path, line.map(String.init), line == nil ? nil : column.map(String.init)].compactMap(\.self)
            .joined(separator: ":")
    }
}
