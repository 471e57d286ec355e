import Foundation
package import Moderation

/// One line of `quarantine.jsonl`: a removed row's own bytes, and why it was removed.
package struct QuarantineRow: Sendable, Codable, Equatable {
    /// One-based line of the dataset.
    package var line: Int

    /// First byte of the row in the dataset.
    package var byteStart: Int

    /// One past its last byte.
    package var byteEnd: Int

    /// The row as it came, without its line ending, where it is UTF-8.
    package var row: String?

    /// The row's bytes in base64, where it is not.
    package var rowBase64: String?

    /// Whether the row is longer than what is kept here; the rest stands in the original only.
    package var isCut: Bool

    /// Where the row's bytes, its line ending included, begin in `rows.dat`; only in the vault.
    package var storedStart: Int?

    /// One past their last byte.
    package var storedEnd: Int?

    /// Why it was removed, and what else was found.
    package var findings: [ScanReport.RowFinding]

    /// Creates the line of a row.
    ///
    /// - Parameter bytes: the row without its ending, or as much of it as is kept.
    package init(line: Int, byteRange: Range<Int>, bytes: some Collection<UInt8>, findings: [Finding]) {
        self.line = line
        byteStart = byteRange.lowerBound
        byteEnd = byteRange.upperBound
        if let text = String(validating: bytes, as: UTF8.self) {
            row = text
        } else {
            rowBase64 = Data(bytes).base64EncodedString()
        }
        isCut = bytes.count < byteRange.count
        self.findings = findings.map(ScanReport.RowFinding.init)
    }
}
