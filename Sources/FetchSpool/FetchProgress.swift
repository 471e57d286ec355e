package import Foundation

/// How far a transfer or a source is, for people: what `lethe status` shows.
package struct FetchProgress: Sendable, Hashable, Codable {
    /// What it does.
    package enum State: String, Sendable, Codable {
        /// It waits for its turn or its next try.
        case waiting

        /// It is under way.
        case fetching

        /// The whole file was handed on.
        case fetched

        /// It was given up.
        case failed

        /// A source without anything new since.
        case idle
    }

    /// The id of the transfer or of the source.
    package var id: String

    /// The source that the transfer belongs to.
    package var source: String?

    /// Whose dataset it is.
    package var customer: String

    /// The host of the URL.
    package var host: String

    /// What it does.
    package var state: State

    /// Bytes that have come so far.
    package var bytes = 0

    /// Bytes that are to come in all, if the server has told.
    package var total: Int?

    /// How many tries have failed.
    package var attempts = 0

    /// When the next try or look is due.
    package var next: Date?

    /// Why the latest try failed: a code.
    package var error: String?

    /// The SHA-256 of the latest file that was handed on.
    package var sha256: String?

    /// When this was written.
    package var updated: Date

    /// Creates a description.
    package init(
        id: String, source: String? = nil, customer: String, host: String, state: State, updated: Date
    ) {
        self.id = id
        self.source = source
        self.customer = customer
        self.host = host
        self.state = state
        self.updated = updated
    }
}

extension FetchSpool {
    /// Tells how far something is.
    package func tell(_ progress: FetchProgress, of name: String) throws(FetchSpoolError) {
        try write(progress, to: "\(self.progress)/\(name).json", mode: 0o640)
    }

    /// How far something is; `nil` if nothing is told.
    package func progress(of name: String) throws(FetchSpoolError) -> FetchProgress? {
        try read(FetchProgress.self, at: "\(progress)/\(name).json")
    }

    /// Everything that is told, by name; what cannot be read is passed over.
    package func allProgress() throws(FetchSpoolError) -> [FetchProgress] {
        try names(in: progress).compactMap { try? progress(of: $0) }
    }
}
