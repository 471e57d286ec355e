import Foundation
import TestSupport

/// A real nginx with a folder of files, over TLS and, beside it, without.
final class Nginx {
    /// `scripts/test-servers` was not run.
    struct Missing: Error, CustomStringConvertible {
        let description = "a server of the tests is missing: run scripts/test-servers"
    }

    let certificate: TestCertificate
    let port: Int
    let plainPort: Int

    private let folder: TemporaryFolder
    private let process = Process()

    init() throws {
        folder = try TemporaryFolder()
        certificate = try TestCertificate(names: "IP:127.0.0.1,DNS:localhost")
        (port, plainPort) = (try Nginx.freePort(), try Nginx.freePort())
        try FileManager.default.createDirectory(atPath: folder.file("www/basic"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.file("www/bearer"), withIntermediateDirectories: true)
        try folder.write("anna:{PLAIN}open sesame\n", to: "users")
        try folder.write("", to: "access.log")
        try folder.write(configuration, to: "nginx.conf")
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx") else { throw Missing() }
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", folder.path, "-e", folder.file("error.log"), "-c", folder.file("nginx.conf")]
        process.standardError = FileHandle.nullDevice
        try process.run()
        try waitUntilReady()
    }

    deinit {
        // Not SIGTERM: a child inherits the mask of the thread that starts it, and a test's thread may block that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The URL of a path over TLS.
    func url(_ path: String, host: String = "127.0.0.1") -> String { "https://\(host):\(port)/\(path)" }

    /// The URL of a path without TLS.
    func plain(_ path: String, host: String = "127.0.0.1") -> String { "http://\(host):\(plainPort)/\(path)" }

    /// Puts a file into its folder, last changed at a given time.
    func put(_ text: String, at path: String, changed: TimeInterval = 1_700_000_000) throws {
        try folder.write(text, to: "www/\(path)")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: changed)], ofItemAtPath: folder.file("www/\(path)"))
    }

    /// What it was asked: status, host, path, authorization and range of each request.
    func log() throws -> [String] {
        try String(contentsOfFile: folder.file("access.log"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func waitUntilReady() throws {
        for _ in 0..<200 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = Nginx.address(port)
            let isOpen = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isOpen { return }
            guard process.isRunning else { break }
            usleep(20_000)
        }
        throw Missing()
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        return address
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Missing() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private var configuration: String {
        """
        daemon off;
        pid nginx.pid;
        master_process off;
        events { worker_connections 64; }
        http {
            log_format asked '$status $host $uri "$http_authorization" "$http_x_key" "$http_range"';
            access_log \(folder.file("access.log")) asked;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            gzip on;
            gzip_types application/octet-stream;
            gzip_min_length 1;
            server {
                listen 127.0.0.1:\(port) ssl;
                listen 127.0.0.1:\(plainPort);
                ssl_certificate \(certificate.path);
                ssl_certificate_key \(certificate.keyPath);
                root \(folder.file("www"));
                location /basic/ { auth_basic closed; auth_basic_user_file \(folder.file("users")); }
                location /bearer/ { if ($http_authorization != "Bearer t0ken") { return 401; } }
                location /slow/ { alias \(folder.file("www"))/; limit_rate 20k; }
                location = /here { return 302 /data.jsonl; }
                location = /loop { return 302 /loop; }
                location = /there { return 307 https://localhost:\(port)/data.jsonl; }
                location = /down { return 301 http://127.0.0.1:\(plainPort)/data.jsonl; }
                location = /up { return 301 https://127.0.0.1:\(port)/data.jsonl; }
                location = /home { return 302 http://127.0.0.1:\(plainPort)/data.jsonl; }
                location = /decimal { return 302 http://2130706433:\(plainPort)/data.jsonl; }
                location = /mapped { return 302 http://[::ffff:7f00:1]:\(plainPort)/data.jsonl; }
                location = /metadata { return 302 http://169.254.169.254/latest/meta-data/; }
                location = /file { return 302 file:///etc/passwd; }
                location = /other { return 302 ftp://127.0.0.1/; }
                location = /user { return 302 https://user:word@127.0.0.1:\(port)/data.jsonl; }
                location = /gzipped { add_header Content-Encoding gzip; try_files /data.jsonl =404; }
            }
        }
        """
    }
}
