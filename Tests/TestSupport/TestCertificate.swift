import Foundation

/// A self-signed certificate, for 127.0.0.1 unless another name is asked for, made anew for a test.
package final class TestCertificate {
    /// The certificate's PEM file.
    package var path: String { folder.file("certificate.pem") }

    /// Its key's PEM file.
    package var keyPath: String { folder.file("key.pem") }

    private let folder: TemporaryFolder

    /// Makes the certificate with the `openssl` command.
    ///
    /// - Parameter names: what it is for, as `subjectAltName` has it.
    package init(names: String = "IP:127.0.0.1") throws {
        folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
            + ["-subj", "/CN=lethe-test", "-addext", "subjectAltName=\(names)", "-days", "2"]
            + ["-keyout", folder.file("key.pem"), "-out", folder.file("certificate.pem")]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
    }

    /// The `openssl` command failed.
    package struct Failure: Error {}
}
