import Foundation

/// Which keys a check of the chain trusts, as it learns them record by record.
///
/// If keys are given, those are trusted, and every key that one of them, or a key trusted through it, signed in a
/// rotation. If none is, every key that the chain records is.
struct KeyTrust {
    /// Whether the keys were given, rather than taken from the chain.
    let areGiven: Bool

    private var keys: [String: VerifyingKey]

    init(given: [VerifyingKey]) {
        areGiven = !given.isEmpty
        keys = Dictionary(given.map { ($0.id, $0) }) { first, _ in first }
    }

    /// What the old key signs when a new one takes its place: the text `lethe.audit-key-rotation.v1`, the ledger's
    /// instance id, the old key's id and the new key in base64, each followed by a line feed.
    static func rotationText(instance: String, old: String, new: VerifyingKey) -> [UInt8] {
        let key = Data(new.rawBytes).base64EncodedString()
        return Array("lethe.audit-key-rotation.v1\n\(instance)\n\(old)\n\(key)\n".utf8)
    }

    /// The trusted key with an id.
    subscript(id: String) -> VerifyingKey? { keys[id] }

    /// Learns from the body of a record of a key.
    ///
    /// - Returns: What is wrong with it, as a sentence without a full stop; `nil` if nothing is.
    mutating func learn(event: AuditEvent, body: String, instance: String) -> String? {
        guard case .object(let members)? = try? CanonicalJSON(parsing: body),
            case .string(let text)? = members["public_key"], let key = try? VerifyingKey(parsing: text)
        else { return "it holds no public key" }
        switch event {
        case .keyCreated:
            if !areGiven { keys[key.id] = key }
            return nil
        case .keyRotated:
            guard case .string(let old)? = members["previous_key"], case .string(let base64)? = members["signature"],
                let signature = Data(base64Encoded: base64)
            else { return "it holds no signature of the key before" }
            guard let previous = keys[old] else {
                return areGiven ? nil : "the key \(old) before it is not recorded"
            }
            let text = Self.rotationText(instance: instance, old: old, new: key)
            guard previous.verifies(signature: Array(signature), of: text) else {
                return "the key \(old) did not sign the key \(key.id)"
            }
            keys[key.id] = key
            return nil
        default:
            return nil
        }
    }
}
