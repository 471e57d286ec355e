package import Foundation

/// A message that waits for its delivery.
package struct OutboxMessage: Sendable, Hashable {
    /// The most bytes that the body may have.
    package static let maximumBodyBytes = 1 << 20

    /// A ULID; the receiver tells repeated deliveries by it.
    package let id: String

    /// The endpoint's id.
    package let endpoint: String

    /// When it was made, to the millisecond.
    package let created: Date

    /// The exact text that is sent: JSON in UTF-8.
    package let body: String

    /// Creates a message.
    ///
    /// - Throws: `invalid-message` if the id is not a ULID in capital letters, the endpoint's id cannot be one, or the
    ///   body is empty or larger than `maximumBodyBytes`.
    package init(id: String, endpoint: String, created: Date, body: String) throws(OutboxError) {
        guard OutboxMessage.isIdentifier(id) else {
            throw OutboxError(.invalidMessage, "the message's id is not a ULID", remedy: "Give a new ULID")
        }
        guard OutboxEndpoint.isIdentifier(endpoint) else {
            throw OutboxError(.invalidMessage, "the message's endpoint cannot be an endpoint's id")
        }
        guard (1...OutboxMessage.maximumBodyBytes).contains(body.utf8.count) else {
            throw OutboxError(
                .invalidMessage, "the message's body has not between 1 and \(OutboxMessage.maximumBodyBytes) bytes")
        }
        self.id = id
        self.endpoint = endpoint
        self.created = created.roundedToMilliseconds
        self.body = body
    }

    /// Whether a text is a ULID in its canonical form: 26 characters of Crockford's base 32, at most 128 bits.
    package static func isIdentifier(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 26 && text.utf8.allSatisfy("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8.contains)
            && text.first.map { $0 <= "7" } == true
    }
}

extension OutboxMessage: Codable {
    private enum CodingKeys: String, CodingKey {
        case id
        case endpoint
        case created
        case body
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            id: values.decode(String.self, forKey: .id), endpoint: values.decode(String.self, forKey: .endpoint),
            created: Date(milliseconds: values.decode(Int64.self, forKey: .created)),
            body: values.decode(String.self, forKey: .body))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(endpoint, forKey: .endpoint)
        try values.encode(created.milliseconds, forKey: .created)
        try values.encode(body, forKey: .body)
    }
}

/// How far the attempts to deliver a message have come.
package struct OutboxAttempts: Sendable, Hashable {
    /// How many attempts have failed.
    package let count: Int

    /// When the first one was made.
    package let first: Date

    /// When the next one is due.
    package let next: Date

    /// Why the last one failed: a code of the transfer's error, or `http-<status>`.
    package let lastError: String

    /// Creates the state; the times are kept to the millisecond.
    package init(count: Int, first: Date, next: Date, lastError: String) {
        self.count = count
        self.first = first.roundedToMilliseconds
        self.next = next.roundedToMilliseconds
        self.lastError = lastError
    }
}

extension OutboxAttempts: Codable {
    private enum CodingKeys: String, CodingKey {
        case count
        case first
        case next
        case lastError = "last_error"
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            count: values.decode(Int.self, forKey: .count),
            first: Date(milliseconds: values.decode(Int64.self, forKey: .first)),
            next: Date(milliseconds: values.decode(Int64.self, forKey: .next)),
            lastError: values.decode(String.self, forKey: .lastError))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(count, forKey: .count)
        try values.encode(first.milliseconds, forKey: .first)
        try values.encode(next.milliseconds, forKey: .next)
        try values.encode(lastError, forKey: .lastError)
    }
}

extension Date {
    /// Milliseconds since 1970, as the outbox's files hold times.
    var milliseconds: Int64 {
        // Beyond any calendar, so that no time of a broken clock can trap.
        Int64(min(max((timeIntervalSince1970 * 1000).rounded(), -1e15), 1e15))
    }

    init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    var roundedToMilliseconds: Date { Date(milliseconds: milliseconds) }
}
