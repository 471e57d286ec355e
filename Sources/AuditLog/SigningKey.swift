import Crypto
import Foundation

/// An Ed25519 key (RFC 8032) that signs the audit log's checkpoints and the vault's manifests.
///
/// Its file is PKCS#8 in PEM (RFC 8410 section 7), which `openssl pkey` reads and `openssl genpkey -algorithm ed25519`
/// writes.
package struct SigningKey: Sendable {
    /// The half that checks signatures.
    package let publicKey: VerifyingKey

    private let key: Curve25519.Signing.PrivateKey

    /// What comes before the 32 bytes of the seed in a PrivateKeyInfo of Ed25519 (RFC 8410 section 7).
    private static let prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Makes a new key.
    package init() {
        self.init(Curve25519.Signing.PrivateKey())
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        guard let publicKey = VerifyingKey(rawBytes: Array(key.publicKey.rawRepresentation)) else {
            preconditionFailure("an Ed25519 public key has 32 bytes")
        }
        self.key = key
        self.publicKey = publicKey
    }

    /// Loads a key from its file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: Where `CREDENTIALS_DIRECTORY` is looked up: below it the group may read, as systemd sets it.
    /// - Throws: ``AuditError`` with code `key-exposed` if group or others may read or write the file, `key-file` if
    ///   it cannot be read, `invalid-key` if it is no key.
    package static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(AuditError) -> SigningKey {
        let text = try KeyFile.read(path, environment: environment)
        guard let der = PEM.decode(text, label: "PRIVATE KEY"), der.starts(with: prefix),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: der.dropFirst(prefix.count))
        else {
            throw AuditError(
                .invalidKey, "the file holds no Ed25519 private key in PEM",
                remedy: "Make one with lethe audit key create, or openssl genpkey -algorithm ed25519", path: path)
        }
        return SigningKey(key)
    }

    /// Makes a new key in a new file of mode 0600, in one step; a file that is there is never overwritten.
    ///
    /// - Throws: ``AuditError`` with code `file-exists` or `key-file`.
    package static func create(path: String) throws(AuditError) -> SigningKey {
        let key = SigningKey()
        let pem = PEM.encode(prefix + Array(key.key.rawRepresentation), label: "PRIVATE KEY")
        try KeyFile.durable(path).create(with: Array(pem.utf8), mode: 0o600)
        return key
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes.
    package var id: String { publicKey.id }

    /// Signs bytes.
    ///
    /// - Returns: The signature of 64 bytes.
    /// - Throws: ``AuditError`` with code `invalid-key` if the library refuses.
    package func sign(_ bytes: [UInt8]) throws(AuditError) -> [UInt8] {
        do {
            return Array(try key.signature(for: bytes))
        } catch {
            throw AuditError(.invalidKey, "nothing can be signed with the key \(id)")
        }
    }

    /// Whether a signature over bytes was made by the private half of a public key.
    package static func verify(signature: [UInt8], of bytes: [UInt8], publicKey: VerifyingKey) -> Bool {
        publicKey.verifies(signature: signature, of: bytes)
    }
}
