import Foundation
package import Moderation
package import Reports

/// What `manifest.json` beside a cleared file says: what it was made of, by what, and where that is recorded.
package struct Manifest: Sendable, Codable, Equatable {
    /// A file's hash and size.
    package struct File: Sendable, Codable, Equatable {
        package var name: String
        package var sha256: String
        package var bytes: Int
        package var rows: Int

        /// Creates a description.
        package init(name: String, sha256: String, bytes: Int, rows: Int) {
            self.name = name
            self.sha256 = sha256
            self.bytes = bytes
            self.rows = rows
        }
    }

    /// The record that opens the gate for this file.
    package struct Record: Sendable, Codable, Equatable {
        package var sequence: Int64
        package var hash: String

        /// Creates a reference to a record.
        package init(sequence: Int64, hash: String) {
            self.sequence = sequence
            self.hash = hash
        }
    }

    /// An Ed25519 signature (RFC 8032) over the manifest's other members.
    package struct Signature: Sendable, Codable, Equatable {
        package var key: String
        /// 64 bytes in base64.
        package var value: String

        /// Creates a signature.
        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The format's name and version.
    package var format = "lethe-manifest/1"
    package var dataset: String
    package var customer: String
    package var input: File
    package var output: File
    package var counts: ScanReport.Counts
    /// Rows that moderators released; they are part of the output.
    package var released: [Int]
    package var verdict: Verdict
    package var policy: ScanReport.Basis
    package var policyVersion: String
    package var model: ScanReport.Basis?
    package var seed: UInt64?
    package var audit: Record
    package var signature: Signature?

    /// Creates a manifest without a signature.
    package init(
        dataset: DatasetID, customer: String, input: File, output: File, released: [Int], report: ScanReport,
        audit: Record
    ) {
        self.dataset = dataset.description
        self.customer = customer
        self.input = input
        self.output = output
        counts = report.counts
        self.released = released
        verdict = report.verdict
        policy = report.policy
        policyVersion = report.policyVersion
        model = report.model
        seed = report.seed
        self.audit = audit
    }

    /// The bytes that are signed: all members but the signature, sorted, without white space or a line feed.
    ///
    /// `jq -jcS 'del(.signature)' manifest.json` prints the same.
    package func signedBytes() throws -> [UInt8] {
        var manifest = self
        manifest.signature = nil
        return try ReportJSON.encode(manifest, pretty: false).dropLast()
    }
}
