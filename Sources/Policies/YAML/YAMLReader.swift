import Diagnostics
import Storage

/// Reads typed values out of YAML nodes and collects every fault instead of stopping at the first.
package struct YAMLReader {
    /// The path of the file, for errors.
    package let path: String
    private let lines: [Substring]
    /// What is wrong with the file so far.
    package private(set) var errors: [PolicyError] = []

    /// Prepares to read a document.
    package init(path: String, text: String) {
        self.path = path
        // The line breaks of YAML 1.1; CR LF is one character.
        lines = text.split(omittingEmptySubsequences: false) {
            ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0)
        }
    }

    /// Records a fault at a node.
    package mutating func report(_ code: PolicyError.Code, _ message: String, remedy: String? = nil, at node: YAMLNode)
    {
        report(code, message, remedy: remedy, line: node.line, column: node.column)
    }

    /// Records a fault at a place.
    package mutating func report(
        _ code: PolicyError.Code, _ message: String, remedy: String? = nil, line: Int, column: Int
    ) {
        let excerpt = line >= 1 && line <= lines.count ? String(lines[line - 1].prefix(200)) : nil
        errors.append(
            PolicyError(
                code, message, remedy: remedy, location: SourceLocation(path: path, line: line, column: column),
                excerpt: excerpt))
    }

    /// Takes over the faults of a file that this one includes.
    package mutating func adopt(_ faults: [PolicyError]) { errors += faults }

    /// A mapping's values by key; unknown and repeated keys are faults.
    package mutating func mapping(_ node: YAMLNode, keys: [String], required: [String] = []) -> [String: YAMLNode] {
        guard case .mapping(let pairs) = node.content else {
            report(.wrongType, "a mapping is expected here, not \(node.kind)", at: node)
            return [:]
        }
        var values: [String: YAMLNode] = [:]
        for (key, value) in pairs {
            guard case .scalar(let name, _) = key.content else {
                report(.wrongType, "a key is expected here, not \(key.kind)", at: key)
                continue
            }
            guard keys.contains(name) else {
                report(.unknownKey, "unknown key `\(name)`", remedy: suggestion(for: name, among: keys), at: key)
                continue
            }
            guard values[name] == nil else {
                report(.duplicateKey, "the key `\(name)` stands twice", at: key)
                continue
            }
            values[name] = value
        }
        for name in required where values[name] == nil {
            report(.missingKey, "the key `\(name)` is missing", at: node)
        }
        return values
    }

    /// A list's items.
    package mutating func list(_ node: YAMLNode) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else {
            report(.wrongType, "a list is expected here, not \(node.kind)", at: node)
            return []
        }
        return items
    }

    /// A text that is not empty.
    package mutating func string(_ node: YAMLNode) -> String? {
        guard case .scalar(let text, _) = node.content else {
            report(.wrongType, "a text is expected here, not \(node.kind)", at: node)
            return nil
        }
        guard !text.isEmpty else {
            report(.outOfRange, "the text is empty", at: node)
            return nil
        }
        guard !text.utf8.contains(0) else {
            // It would end the text where a C library reads it.
            report(.outOfRange, "the text holds a NUL", at: node)
            return nil
        }
        return text
    }

    /// `true` or `false`.
    package mutating func bool(_ node: YAMLNode) -> Bool? {
        if case .scalar(let text, true) = node.content, let value = ["true": true, "false": false][text] {
            return value
        }
        report(.wrongType, "true or false is expected here", at: node)
        return nil
    }

    /// A whole number in a range.
    package mutating func integer<T: FixedWidthInteger>(_ node: YAMLNode, in range: ClosedRange<T>) -> T? {
        guard case .scalar(let text, true) = node.content, isWholeNumber(text) else {
            report(.wrongType, "a whole number is expected here", at: node)
            return nil
        }
        guard let value = T(text), range.contains(value) else {
            report(
                .outOfRange, "\(text) is out of range",
                remedy: "Choose from \(range.lowerBound) to \(range.upperBound)", at: node)
            return nil
        }
        return value
    }

    /// A number in a range.
    package mutating func number(_ node: YAMLNode, in range: ClosedRange<Double>) -> Double? {
        // Swift would read hexadecimal floating-point numbers too.
        guard case .scalar(let text, true) = node.content, !text.contains(where: { "xX".contains($0) }),
            let value = Double(text), value.isFinite
        else {
            report(.wrongType, "a number is expected here", at: node)
            return nil
        }
        guard range.contains(value) else {
            report(
                .outOfRange, "\(text) is out of range",
                remedy: "Choose from \(range.lowerBound) to \(range.upperBound)", at: node)
            return nil
        }
        return value
    }

    /// One of an enumeration's values.
    package mutating func choice<T: RawRepresentable<String> & CaseIterable>(_ node: YAMLNode, of type: T.Type) -> T? {
        let names = T.allCases.map(\.rawValue)
        guard case .scalar(let text, _) = node.content else {
            report(.wrongType, "one of \(names.joined(separator: ", ")) is expected here, not \(node.kind)", at: node)
            return nil
        }
        if let value = T(rawValue: text) { return value }
        report(
            .outOfRange, "`\(text)` is none of \(names.joined(separator: ", "))",
            remedy: suggestion(for: text, among: names), at: node)
        return nil
    }

    private func isWholeNumber(_ text: String) -> Bool {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    private func suggestion(for name: String, among keys: [String]) -> String {
        let nearest = keys.min { editDistance(name, $0) < editDistance(name, $1) }
        guard let nearest, editDistance(name, nearest) <= max(2, nearest.count / 3) else {
            return "Valid here: \(keys.joined(separator: ", "))"
        }
        return "Did you mean `\(nearest)`?"
    }
}

/// Letters to insert, remove or replace to make one word of the other (Levenshtein, 1966).
func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.prefix(64)), Array(b))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let replaced = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
        }
    }
    return row[b.count]
}

/// Reads YAML files into values, with every fault that is found.
package enum YAMLDocument {
    /// Reads a file's one document.
    ///
    /// - Parameters:
    ///   - missing: the code for a file that is not there.
    ///   - body: fills `value` from the root node and reports faults to the reader.
    /// - Returns: the value, and the SHA-256 of the file in lower-case hexadecimal.
    /// - Throws: `PolicyErrors`.
    package static func read<Value>(
        path: String, missing: PolicyError.Code = .notFound, into value: Value,
        _ body: (YAMLNode, inout Value, inout YAMLReader) -> Void
    ) throws(PolicyErrors) -> (value: Value, sha256: String) {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.contents(of: path, limit: YAMLParser.maximumBytes)
        } catch {
            throw PolicyErrors(errors: [
                PolicyError(
                    error.code == .notFound ? missing : .unreadable, error.message, remedy: error.remedy,
                    location: error.location)
            ])
        }
        return (try read(bytes, path: path, into: value, body), sha256(of: bytes))
    }

    /// Reads a document that is in memory.
    ///
    /// - Throws: `PolicyErrors`, in order of their lines.
    package static func read<Value>(
        _ bytes: [UInt8], path: String, into value: Value,
        _ body: (YAMLNode, inout Value, inout YAMLReader) -> Void
    ) throws(PolicyErrors) -> Value {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PolicyErrors(errors: [
                PolicyError(.syntax, "the file is not UTF-8", location: SourceLocation(path: path))
            ])
        }
        var reader = YAMLReader(path: path, text: text)
        var value = value
        do {
            if let root = try YAMLParser.parse(bytes) {
                body(root, &value, &reader)
            } else {
                reader.report(.missingKey, "the file is empty", line: 1, column: 1)
            }
        } catch {
            reader.report(error.code, error.message, line: error.line, column: error.column)
        }
        guard reader.errors.isEmpty else {
            throw PolicyErrors(
                errors: reader.errors.sorted {
                    // The file's own first, then those of each file that it includes.
                    let (a, b) = ($0.location?.path ?? path, $1.location?.path ?? path)
                    guard a == b else { return b != path && (a == path || a < b) }
                    return ($0.location?.line ?? 0, $0.location?.column ?? 0)
                        < ($1.location?.line ?? 0, $1.location?.column ?? 0)
                })
        }
        return value
    }
}
