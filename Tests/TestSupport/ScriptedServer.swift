package import Foundation

/// A real HTTP server in a process of its own, which answers as it was told and records what it is asked.
package final class ScriptedServer {
    /// What it answers to one request.
    package struct Reply: Encodable {
        package var status: Int
        package var headers: [String: String]
        package var body: String
        /// Whether it answers nothing and waits for the client to go away.
        package var hangs: Bool

        /// Creates a reply.
        package init(_ status: Int, headers: [String: String] = [:], body: String = "", hangs: Bool = false) {
            self.status = status
            self.headers = headers
            self.body = body
            self.hangs = hangs
        }
    }

    /// A request that it got; names of header fields are in small letters.
    package struct Request: Decodable {
        package var method: String
        package var path: String
        package var headers: [String: String]
        /// The content; base64 in the record.
        package var content: Data
    }

    private struct Options: Encodable {
        var replies: [Reply]
        var port: Int
        var socket: String?
        var certificate: String?
        var key: String?
        var record: String
    }

    /// The port on 127.0.0.1; 0 on a Unix socket.
    package private(set) var port = 0

    private let folder: TemporaryFolder
    private let process = Process()
    private let pipe = Pipe()
    private var pending: [UInt8] = []

    /// Starts the server and waits until it listens.
    ///
    /// - Parameters:
    ///   - replies: in their order; the last one is repeated.
    ///   - port: the port to listen on; 0 for any.
    ///   - socket: the Unix socket to listen on instead.
    ///   - certificate: makes it speak TLS.
    package init(
        _ replies: [Reply], port: Int = 0, socket: String? = nil, certificate: TestCertificate? = nil
    ) throws {
        folder = try TemporaryFolder()
        try folder.write(ScriptedServer.script, to: "server.py")
        try folder.write("", to: "requests")
        let options = Options(
            replies: replies, port: port, socket: socket, certificate: certificate?.path, key: certificate?.keyPath,
            record: folder.file("requests"))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        try folder.write(Array(try JSONEncoder().encode(options)), to: "options.json")
        process.arguments = ["python3", folder.file("server.py"), folder.file("options.json")]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.port = Int(try line()) ?? 0
    }

    deinit {
        stop()
    }

    /// Ends the server.
    package func stop() {
        guard process.isRunning else { return }
        // Not SIGTERM: a child inherits the mask of the thread that starts it, and a test's thread may block that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until one more request has come, and is recorded.
    package func waitForRequest() throws { _ = try line() }

    /// Every request so far.
    package func requests() throws -> [Request] {
        try String(contentsOfFile: folder.file("requests"), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }

    private func line() throws -> String {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end + 1)
                return line
            }
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { throw ServerEnded() }
            pending += more
        }
    }

    /// The server's process has ended.
    package struct ServerEnded: Error {}

    private static let script = #"""
        import base64, http.server, json, socketserver, ssl, sys, threading

        options = json.load(open(sys.argv[1]))
        lock = threading.Lock()
        count = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                global count
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with lock:
                    reply = options["replies"][min(count, len(options["replies"]) - 1)]
                    count += 1
                    with open(options["record"], "a") as record:
                        record.write(json.dumps({
                            "method": self.command, "path": self.path,
                            "headers": {name.lower(): value for name, value in self.headers.items()},
                            "content": base64.b64encode(content).decode()}) + "\n")
                    print("request", flush=True)
                if reply["hangs"]:
                    self.connection.recv(1)
                    self.close_connection = True
                    return
                body = reply["body"].encode()
                self.send_response(reply["status"])
                for name, value in reply["headers"].items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *arguments):
                pass

        class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

        if options.get("socket"):
            server = UnixServer(options["socket"], Handler)
        else:
            server = http.server.ThreadingHTTPServer(("127.0.0.1", options["port"]), Handler)
        if options.get("certificate"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(options["certificate"], options["key"])
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print(0 if options.get("socket") else server.server_address[1], flush=True)
        server.serve_forever()
        """#
}
