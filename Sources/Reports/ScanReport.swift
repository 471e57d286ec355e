package import ForgetFilter
import Foundation
package import Moderation

/// What became of a dataset and of each of its rows, as `report.json` has it.
///
/// It names lines, numbers and hashes, never what a row says.
package struct ScanReport: Sendable, Codable, Equatable {
    /// A named thing and the hash of its bytes.
    package struct Basis: Sendable, Codable, Equatable {
        package var name: String
        package var sha256: String

        /// Creates a basis.
        package init(name: String, sha256: String) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// The dataset as it came.
    package struct Input: Sendable, Codable, Equatable {
        package var name: String
        package var sha256: String
        package var bytes: Int
        package var lines: Int
        package var blankLines: Int
        package var shape: String?
        /// How the file holds its rows.
        package var format: String?
        /// How the file is compressed, where it is.
        package var compression: String?
        /// Bytes that a compressed file unpacks to.
        package var contentBytes: Int?
        /// The field in each of a table's columns, empty where it is none.
        package var columns: [String]?
        /// The customer's names of fields, where they are not the usual ones.
        package var columnNames: [String: String]?
        /// The customer's names of roles.
        package var roleNames: [String: String]?

        /// Creates a description.
        package init(name: String, sha256: String, bytes: Int, lines: Int, blankLines: Int, shape: String?) {
            self.name = name
            self.sha256 = sha256
            self.bytes = bytes
            self.lines = lines
            self.blankLines = blankLines
            self.shape = shape
        }
    }

    /// How many lines came to what.
    package struct Counts: Sendable, Codable, Equatable {
        /// Lines that are not blank.
        package var rows = 0
        package var accepted = 0
        package var quarantined = 0
        /// Accepted rows with a finding.
        package var flagged = 0
        /// Quarantined lines that could not be read as a row.
        package var malformed = 0

        /// Creates zero counts.
        package init() {}
    }

    /// A finding on a row.
    package struct RowFinding: Sendable, Codable, Equatable {
        package var rule: String
        package var action: Action
        package var score: Double?
        package var threshold: Double?
        package var detail: String
        /// The bytes of the dataset that it is about, where they are narrower than the dataset.
        package var byteStart: Int?
        /// One past them.
        package var byteEnd: Int?
        /// What a person needs to see why, where the rule scores rows.
        package var evidence: Evidence?
        /// Where the rule matched, where it matches places of the text; the first ones if they are many.
        package var matches: [FindingMatch]?

        /// Creates the report's form of a finding.
        package init(_ finding: Finding) {
            rule = finding.rule
            action = finding.action
            score = finding.score
            threshold = finding.threshold
            detail = finding.detail
            byteStart = finding.byteRange?.lowerBound
            byteEnd = finding.byteRange?.upperBound
            evidence = finding.evidence
            matches = finding.matches
        }

        /// The finding that it was made of.
        package func finding(line: Int) -> Finding {
            var range: Range<Int>?
            if let byteStart, let byteEnd, byteStart <= byteEnd { range = byteStart..<byteEnd }
            return Finding(
                rule: rule, action: action, line: line, byteRange: range, score: score, threshold: threshold,
                detail: detail, evidence: evidence, matches: matches)
        }
    }

    /// One line that is not blank.
    package struct Row: Sendable, Codable, Equatable {
        package var line: Int
        package var disposition: Disposition
        /// The evidence or the forgetting rate, where the row was scored.
        package var score: Double?
        package var findings: [RowFinding]

        /// Creates a row.
        package init(line: Int, disposition: Disposition, score: Double?, findings: [RowFinding]) {
            self.line = line
            self.disposition = disposition
            self.score = score
            self.findings = findings
        }
    }

    /// The format's name and version.
    package var format = "lethe-report/1"
    package var verdict: Verdict
    /// Why, where the verdict alone does not tell.
    package var reason: String?
    package var dataset: Input
    package var counts: Counts
    package var policy: Basis
    package var policyVersion: String
    package var model: Basis?
    package var reference: Basis?
    package var referenceRows: Int
    package var control: Basis?
    /// The policy's own reference set, where another one is in use beside it.
    package var background: Basis?
    package var seeds: Basis?
    /// How the heads' evidence came about, where they judged.
    package var evidence: EvidenceSummary?
    package var seed: UInt64?
    package var settings: ForgetFilterSettings?
    /// Findings about the dataset as a whole, where there are any.
    package var findings: [RowFinding]?
    package var rows: [Row]
    package var stages: [StageReport]
    package var seconds: Double
    package var peakMib: Int

    /// Creates a report.
    package init(
        verdict: Verdict, reason: String?, dataset: Input, counts: Counts, policy: Basis, policyVersion: String,
        model: Basis?, reference: Basis?, referenceRows: Int, control: Basis?, settings: ForgetFilterSettings?,
        rows: [Row],
        stages: [StageReport], seconds: Double, peakMib: Int
    ) {
        self.verdict = verdict
        self.reason = reason
        self.dataset = dataset
        self.counts = counts
        self.policy = policy
        self.policyVersion = policyVersion
        self.model = model
        self.reference = reference
        self.referenceRows = referenceRows
        self.control = control
        seed = settings?.seed
        self.settings = settings
        self.rows = rows
        self.stages = stages
        self.seconds = seconds
        self.peakMib = peakMib
    }
}

/// JSON as every report is written: snake_case keys in a fixed order.
package enum ReportJSON {
    /// A report as a document that ends in a line feed.
    package static func encode(_ value: some Encodable, pretty: Bool = true) throws -> [UInt8] {
        try encodeWhole(value, pretty: pretty)
    }

    static func encodeWhole(_ value: some Encodable, pretty: Bool) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [0x0A]
    }

    /// Reads a report back.
    package static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes))
    }
}
