import GRDB

/// How a user names a dataset: by its SHA-256, or how it begins, or by the id that the daemon gave it.
enum DatasetName: Equatable {
    /// Lower-case hexadecimal digits that the SHA-256 begins with.
    case digits(String)

    /// A ULID in upper case.
    case id(String)

    /// A ULID that has only hexadecimal digits, so that it may also be how a SHA-256 begins.
    case either(id: String, digits: String)

    /// A text that sorts behind every hexadecimal digit.
    static let behindDigits = "g"

    /// Reads a name; `nil` for a text that is neither.
    init?(_ text: String) {
        let digits = text.lowercased()
        let isDigits = (1...64).contains(digits.utf8.count) && AuditAnchor.isHexadecimal(digits)
        let id = text.uppercased()
        switch (Self.isULID(id), isDigits) {
        case (true, true): self = .either(id: id, digits: digits)
        case (true, false): self = .id(id)
        case (false, true): self = .digits(digits)
        case (false, false): return nil
        }
    }

    /// 26 digits of Crockford's base 32 for 128 bits: the first is at most 7.
    private static func isULID(_ text: String) -> Bool {
        text.utf8.count == 26 && text.first.map { "01234567".contains($0) } == true
            && text.allSatisfy { "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains($0) }
    }

    /// The condition as SQL, and its arguments; the index is kept off where another condition uses one.
    func condition(isIndexed: Bool) -> (sql: String, arguments: [String]) {
        let mark = isIndexed ? "" : "+"
        switch self {
        case .digits(let digits):
            return ("\(mark)dataset >= ? AND \(mark)dataset < ?", [digits, digits + Self.behindDigits])
        case .id(let id):
            // The range is one of the index of subjects; `;` is what comes after `:`. Names that begin with the id by
            // chance lie in it too.
            return (
                "\(mark)subject >= ? AND \(mark)subject < ? AND (subject = ? OR substr(subject, 27, 1) = ':')",
                [id, id + ";", id]
            )
        case .either(let id, let digits):
            let first = DatasetName.id(id).condition(isIndexed: isIndexed)
            let second = DatasetName.digits(digits).condition(isIndexed: isIndexed)
            return ("((\(first.sql)) OR (\(second.sql)))", first.arguments + second.arguments)
        }
    }
}
