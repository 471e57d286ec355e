import Crypto

/// Hashes a record's fields without ambiguity: SHA-256 over fields that carry their own type and length.
///
/// Each field is one byte for its type (0 none, 1 integer, 2 text, 3 bytes), and then: nothing for none, eight bytes
/// big-endian two's complement for an integer; for text (UTF-8) and bytes, their count as eight bytes big-endian
/// and the bytes themselves. The fields of a record are the text `lethe.audit-record.v1`, then `sequence`, `time`,
/// `actor`, `event`, `subject`, `dataset`, `customer`, `rule`, `verdict`, `disposition`, `line`, `body` and
/// `previous_hash`, as they stand in the database. The first record's `previous_hash` is the hash of the text
/// `lethe.audit-genesis.v1` and the ledger's instance id as text.
struct RecordHash {
    private var bytes: [UInt8] = []

    /// Begins the hash of a record.
    static func record() -> RecordHash {
        var hash = RecordHash()
        hash.append("lethe.audit-record.v1")
        return hash
    }

    /// What the first record of a ledger is chained to.
    static func genesis(instance: some Collection<UInt8>) -> [UInt8] {
        var hash = RecordHash()
        hash.append("lethe.audit-genesis.v1")
        hash.append(utf8: instance)
        return hash.finish()
    }

    mutating func appendNone() {
        bytes.append(0)
    }

    mutating func append(_ value: Int64) {
        bytes.append(1)
        append(bits: UInt64(bitPattern: value))
    }

    mutating func append(_ text: String?) {
        if let text { append(utf8: text.utf8) } else { appendNone() }
    }

    mutating func append(utf8: some Collection<UInt8>) {
        bytes.append(2)
        append(counted: utf8)
    }

    mutating func append(bytes value: some Collection<UInt8>) {
        bytes.append(3)
        append(counted: value)
    }

    /// The hash of all fields so far: 32 bytes.
    func finish() -> [UInt8] {
        Array(SHA256.hash(data: bytes))
    }

    private mutating func append(counted value: some Collection<UInt8>) {
        append(bits: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    private mutating func append(bits: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
    }
}

extension Collection<UInt8> {
    /// Lower-case hexadecimal digits.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * count)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Array where Element == UInt8 {
    /// The bytes that lower-case hexadecimal digits stand for; `nil` for any other text.
    init?(hexadecimal text: String) {
        guard text.utf8.count.isMultiple(of: 2), AuditAnchor.isHexadecimal(text) else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.utf8 {
            let value = digit < 0x3A ? digit - 0x30 : digit - 0x57
            if let upper = high {
                bytes.append(upper << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self = bytes
    }
}
