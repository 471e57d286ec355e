package import Foundation

/// What became of a message: the last word on it.
package struct OutboxReceipt: Sendable, Hashable {
    /// The message's id.
    package let id: String

    /// The endpoint's id.
    package let endpoint: String

    /// Whether the endpoint accepted it.
    package let isDelivered: Bool

    /// The status of the last response; `nil` if none came.
    package let status: Int?

    /// How many times it was sent, or tried to be.
    package let attempts: Int

    /// When it was delivered or given up, to the millisecond.
    package let time: Date

    /// Why it was given up: a code of the transfer's error, or `http-<status>`; `nil` if it was delivered.
    package let error: String?

    /// Creates a receipt.
    package init(
        id: String, endpoint: String, isDelivered: Bool, status: Int?, attempts: Int, time: Date, error: String?
    ) {
        self.id = id
        self.endpoint = endpoint
        self.isDelivered = isDelivered
        self.status = status
        self.attempts = attempts
        self.time = time.roundedToMilliseconds
        self.error = error
    }
}

extension OutboxReceipt: Codable {
    private enum CodingKeys: String, CodingKey {
        case id
        case endpoint
        case isDelivered = "delivered"
        case status
        case attempts
        case time
        case error
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            id: values.decode(String.self, forKey: .id), endpoint: values.decode(String.self, forKey: .endpoint),
            isDelivered: values.decode(Bool.self, forKey: .isDelivered),
            status: values.decodeIfPresent(Int.self, forKey: .status),
            attempts: values.decode(Int.self, forKey: .attempts),
            time: Date(milliseconds: values.decode(Int64.self, forKey: .time)),
            error: values.decodeIfPresent(String.self, forKey: .error))
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id, forKey: .id)
        try values.encode(endpoint, forKey: .endpoint)
        try values.encode(isDelivered, forKey: .isDelivered)
        try values.encodeIfPresent(status, forKey: .status)
        try values.encode(attempts, forKey: .attempts)
        try values.encode(time.milliseconds, forKey: .time)
        try values.encodeIfPresent(error, forKey: .error)
    }
}
