import Crypto
import Foundation

/// The public half of an Ed25519 key (RFC 8032): it checks signatures.
package struct VerifyingKey: Sendable, Hashable {
    /// The 32 bytes of the key.
    package let rawBytes: [UInt8]

    /// What comes before the 32 bytes in an Ed25519 SubjectPublicKeyInfo (RFC 8410 section 4).
    private static let prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    /// Creates a key from its 32 bytes; `nil` for another count.
    package init?(rawBytes: [UInt8]) {
        guard rawBytes.count == 32 else { return nil }
        self.rawBytes = rawBytes
    }

    /// Reads a key from PEM (`BEGIN PUBLIC KEY`) or from its 32 bytes in base64.
    ///
    /// - Throws: ``AuditError`` with code `invalid-key`.
    package init(parsing text: String) throws(AuditError) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let bytes: [UInt8]?
        if trimmed.contains("-----BEGIN") {
            let der = PEM.decode(trimmed, label: "PUBLIC KEY")
            bytes = der.flatMap { $0.starts(with: Self.prefix) ? Array($0.dropFirst(Self.prefix.count)) : nil }
        } else {
            bytes = Data(base64Encoded: trimmed).map(Array.init)
        }
        guard let key = bytes.flatMap(VerifyingKey.init(rawBytes:)) else {
            throw AuditError(
                .invalidKey, "this is no Ed25519 public key",
                remedy: "Give PEM as lethe audit key show prints it, or the 32 bytes in base64")
        }
        self = key
    }

    /// Reads a key from a file that holds what ``init(parsing:)`` takes.
    ///
    /// - Throws: ``AuditError`` with code `key-file` or `invalid-key`.
    package static func load(path: String) throws(AuditError) -> VerifyingKey {
        guard let data = FileManager.default.contents(atPath: path), data.count <= KeyFile.largestSize else {
            throw AuditError(.keyFile, "the public key cannot be read", remedy: "Check its path", path: path)
        }
        do throws(AuditError) {
            return try VerifyingKey(parsing: String(decoding: data, as: UTF8.self))
        } catch {
            throw AuditError(error.code, error.message, remedy: error.remedy, path: path)
        }
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the key's 32 bytes.
    package var id: String { String(SHA256.hash(data: rawBytes).hexadecimalPrefix(8)) }

    /// The key as PEM (RFC 7468) of a SubjectPublicKeyInfo, which `openssl pkey -pubin` reads.
    package var pem: String { PEM.encode(Self.prefix + rawBytes, label: "PUBLIC KEY") }

    /// Whether a signature over bytes was made with this key's private half.
    package func verifies(signature: [UInt8], of bytes: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: rawBytes) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

extension SHA256.Digest {
    fileprivate func hexadecimalPrefix(_ count: Int) -> String { Array(self).prefix(count).hexadecimal }
}

/// The text form of keys (RFC 7468).
enum PEM {
    static func encode(_ bytes: [UInt8], label: String) -> String {
        let text = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
    }

    /// The bytes between the two lines of a label, whatever stands before them.
    ///
    /// It is `nil` if the text has another form.
    static func decode(_ text: String, label: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .drop { $0 != "-----BEGIN \(label)-----" }
        guard lines.count > 2, lines.last == "-----END \(label)-----" else { return nil }
        return Data(base64Encoded: lines.dropFirst().dropLast().joined()).map(Array.init)
    }
}
