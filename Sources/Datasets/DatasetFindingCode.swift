import Moderation

/// Why a line of a dataset cannot be an example.
package enum DatasetFindingCode: String, Sendable, Hashable, CaseIterable {
    case invalidJSON = "invalid-json"
    case invalidUTF8 = "invalid-utf8"
    case nulByte = "nul-byte"
    case byteOrderMark = "byte-order-mark"
    case duplicateKey = "duplicate-key"
    case tooDeep = "too-deep"
    case loneSurrogate = "lone-surrogate"
    case missingField = "missing-field"
    case emptyField = "empty-field"
    case wrongType = "wrong-type"
    case unknownRole = "unknown-role"
    case noAssistantTurn = "no-assistant-turn"
    case overLongLine = "over-long-line"
    case mixedShapes = "mixed-shapes"
    case unknownShape = "unknown-shape"
    case notAnObject = "not-an-object"
    case otherContent = "other-content"
    case invalidTable = "invalid-table"
    case wrongFieldCount = "wrong-field-count"

    /// The rule id of the findings of this code; the prefix is reserved, so no policy's rule can have it.
    package var rule: String { "dataset.\(rawValue)" }
}

/// A line's fault: what it is, and where in the line.
struct RowFault: Error {
    var code: DatasetFindingCode
    /// Zero-based byte offset in the line, if the fault has a place.
    var offset: Int?
    /// Words that name known fields and numbers only.
    var detail: String

    init(_ code: DatasetFindingCode, at offset: Int? = nil, _ detail: String) {
        self.code = code
        self.offset = offset
        self.detail = detail
    }
}
