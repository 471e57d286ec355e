import Foundation

extension CanonicalJSON: Decodable {
    /// Reads any JSON value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(Int128(value))
        } else if let value = try? container.decode(UInt64.self) {
            self = .integer(Int128(value))
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([CanonicalJSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: CanonicalJSON].self))
        }
    }

    /// Reads a JSON text.
    ///
    /// - Throws: ``AuditError`` with code `corrupted` if the text is not JSON.
    package init(parsing text: String) throws(AuditError) {
        do {
            self = try JSONDecoder().decode(CanonicalJSON.self, from: Data(text.utf8))
        } catch {
            throw AuditError(.corrupted, "a record's body is not JSON")
        }
    }

    /// The JSON form of any encodable value, such as the settings of a rule.
    ///
    /// - Throws: ``AuditError`` with code `invalid-record` if the value holds a number that is not finite.
    package init(encoding value: some Encodable) throws(AuditError) {
        do {
            self = try JSONDecoder().decode(CanonicalJSON.self, from: JSONEncoder().encode(value))
        } catch {
            throw AuditError(.invalidRecord, "the settings of the record have no JSON form")
        }
    }
}
