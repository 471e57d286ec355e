import AuditLog
import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Signing keys")
struct SigningKeyTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("key")
    }

    private func mode(_ path: String) throws -> Int? {
        try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    /// Runs openssl; its exit code.
    private func openssl(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("A new key's file is its owner's alone, and gives the same key when it is loaded")
    func create() throws {
        let key = try SigningKey.create(path: path)
        #expect(try mode(path) == 0o600)
        let loaded = try SigningKey.load(path: path)
        #expect(loaded.publicKey == key.publicKey)
        #expect(
            key.id == SHA256.hash(data: key.publicKey.rawBytes).prefix(8).map { String(format: "%02x", $0) }.joined())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["key"])
    }

    @Test("A key is never made over a file that is there")
    func neverOverwrites() throws {
        try folder.write("something", to: "key")
        #expect(code { _ = try SigningKey.create(path: path) } == .fileExists)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "something")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["key"])
    }

    @Test("A signature has 64 bytes, and only fits its bytes and its key")
    func signature() throws {
        let key = SigningKey()
        let bytes = Array("some bytes".utf8)
        let signature = try key.sign(bytes)
        #expect(signature.count == 64)
        #expect(SigningKey.verify(signature: signature, of: bytes, publicKey: key.publicKey))
        #expect(!SigningKey.verify(signature: signature, of: bytes + [0], publicKey: key.publicKey))
        #expect(!SigningKey.verify(signature: signature, of: bytes, publicKey: SigningKey().publicKey))
        #expect(!SigningKey.verify(signature: Array(signature.dropLast()), of: bytes, publicKey: key.publicKey))
        var changed = signature
        changed[10] ^= 1
        #expect(!SigningKey.verify(signature: changed, of: bytes, publicKey: key.publicKey))
    }

    @Test("openssl reads both halves, and verifies a signature of ours")
    func openSSLVerifies() throws {
        let key = try SigningKey.create(path: path)
        let publicPath = try folder.write(key.publicKey.pem, to: "public")
        let message = try folder.write("some bytes", to: "message")
        let signature = try folder.write(try key.sign(Array("some bytes".utf8)), to: "signature")
        #expect(try openssl("pkey", "-in", path, "-noout") == 0)
        #expect(try openssl("pkey", "-pubin", "-in", publicPath, "-noout") == 0)
        let verify = ["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", publicPath, "-sigfile", signature]
        #expect(
            try openssl(
                verify[0], verify[1], verify[2], verify[3], verify[4], verify[5], verify[6], verify[7],
                "-in", message) == 0)
        try folder.write("other bytes", to: "message")
        #expect(
            try openssl(
                verify[0], verify[1], verify[2], verify[3], verify[4], verify[5], verify[6], verify[7],
                "-in", message) != 0)
    }

    @Test("A key of openssl's is loaded, and its signature verifies here")
    func openSSLSigns() throws {
        #expect(try openssl("genpkey", "-algorithm", "ed25519", "-out", path) == 0)
        chmod(path, 0o600)
        let message = try folder.write("some bytes", to: "message")
        let signaturePath = folder.file("signature")
        #expect(try openssl("pkeyutl", "-sign", "-rawin", "-inkey", path, "-in", message, "-out", signaturePath) == 0)
        let signature = Array(try Data(contentsOf: URL(fileURLWithPath: signaturePath)))
        let key = try SigningKey.load(path: path)
        #expect(SigningKey.verify(signature: signature, of: Array("some bytes".utf8), publicKey: key.publicKey))
        #expect(try openssl("pkey", "-in", path, "-pubout", "-out", folder.file("public")) == 0)
        #expect(try VerifyingKey.load(path: folder.file("public")) == key.publicKey)
    }

    @Test(
        "A file that group or others may use is refused", arguments: [0o640, 0o604, 0o620, 0o660, 0o644, 0o700 | 0o001])
    func exposed(_ mode: Int) throws {
        _ = try SigningKey.create(path: path)
        chmod(path, mode_t(mode))
        #expect(code { _ = try SigningKey.load(path: path, environment: [:]) } == .keyExposed)
    }

    @Test(
        "Below systemd's credentials the group may read, and nobody else may do anything",
        arguments: [(0o400, nil), (0o440, nil), (0o444, .keyExposed), (0o460, .keyExposed)] as [(Int, AuditError.Code?)]
    )
    func credential(_ mode: Int, _ expected: AuditError.Code?) throws {
        _ = try SigningKey.create(path: path)
        chmod(path, mode_t(mode))
        let environment = ["CREDENTIALS_DIRECTORY": folder.path]
        #expect(code { _ = try SigningKey.load(path: path, environment: environment) } == expected)
        // A link from there does not make a file elsewhere a credential.
        let credentials = folder.file("credentials")
        try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: credentials + "/key", withDestinationPath: path)
        let linked = code {
            _ = try SigningKey.load(path: credentials + "/key", environment: ["CREDENTIALS_DIRECTORY": credentials])
        }
        #expect(linked == (mode == 0o400 ? nil : .keyExposed))
    }

    @Test(
        "What holds no key is an error",
        arguments: ["", "text", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func noKey(_ text: String) throws {
        try folder.write(text, to: "key")
        chmod(path, 0o600)
        #expect(code { _ = try SigningKey.load(path: path) } == .invalidKey)
        #expect(code { _ = try VerifyingKey.load(path: path) } == .invalidKey)
    }

    @Test("What is no file is an error, and does not block")
    func noFile() throws {
        #expect(code { _ = try SigningKey.load(path: path) } == .keyFile)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(code { _ = try SigningKey.load(path: path) } == .keyFile)
    }

    @Test("A public key is read from PEM, also behind other lines, and from base64")
    func publicForms() throws {
        let key = SigningKey().publicKey
        #expect(try VerifyingKey(parsing: key.pem) == key)
        #expect(try VerifyingKey(parsing: "key \(key.id)\n" + key.pem) == key)
        #expect(try VerifyingKey(parsing: Data(key.rawBytes).base64EncodedString() + "\n") == key)
        #expect(
            code { _ = try VerifyingKey(parsing: Data(key.rawBytes.dropLast()).base64EncodedString()) } == .invalidKey)
    }

    @Test("The option comes first, then the variable, the credential and the system's place")
    func location() {
        var environment = ["LETHE_AUDIT_KEY": "/variable", "CREDENTIALS_DIRECTORY": "/run/credentials"]
        #expect(KeyFile.resolve(option: "/option", environment: environment) == "/option")
        #expect(KeyFile.resolve(option: nil, environment: environment) == "/variable")
        environment["LETHE_AUDIT_KEY"] = ""
        #expect(
            KeyFile.resolve(option: nil, environment: environment) { _ in true } == "/run/credentials/checkpoint-key")
        #expect(KeyFile.resolve(option: nil, environment: environment) { _ in false } == "/etc/lethe/checkpoint-key")
    }
}
