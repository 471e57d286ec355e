package import Diagnostics
package import Storage

/// A dataset cannot be read at all; faults of single lines are findings instead.
package struct DatasetError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case unreadable
        case changedDuringRead = "changed-during-read"
        case tooLarge = "too-large"
        case tooManyLines = "too-many-lines"
        case empty
        case noExamples = "no-examples"
        case unsupportedFormat = "unsupported-format"
        case formatMismatch = "format-mismatch"
        case unknownColumns = "unknown-columns"
        case damagedCompression = "damaged-compression"
        case decompressionBomb = "decompression-bomb"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?

    /// The failure below, if there is one.
    package var cause: StorageError?

    init(_ code: Code, _ message: String, remedy: String? = nil, path: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
        location = SourceLocation(path: path)
    }

    init(_ cause: StorageError) {
        code = cause.code == .changedDuringRead ? .changedDuringRead : .unreadable
        message = cause.message
        remedy = cause.remedy
        location = cause.location
        self.cause = cause
    }
}

/// Does something with a dataset's file; its failures are the dataset's, unlike those of who receives what was read.
func reading<Result>(_ work: () throws(StorageError) -> Result) throws(DatasetError) -> Result {
    do throws(StorageError) {
        return try work()
    } catch {
        throw DatasetError(error)
    }
}
