import Foundation
import TestSupport

/// A server of one file that breaks off, stalls and lies as it is told, one action for each request.
final class CuttingServer {
    /// A request that it got; names of header fields are in small letters.
    struct Request: Decodable {
        var path: String
        var headers: [String: String]
    }

    let port: Int
    var url: String { "http://127.0.0.1:\(port)/sets/data.jsonl" }

    private let folder: TemporaryFolder
    private let process = Process()

    /// Starts the server.
    ///
    /// - Parameter plan: actions in their order, the last one repeated: `whole`; `cut N`, `untagged N`, `othercut N` and `stall N`
    ///   after so many bytes; `status N FIELD=VALUE …`; `other` for other contents under another tag; `chunked`, `endless`, `close`,
    ///   `encoded`, `shifted`, `weak`, `plain` without a tag, `lie N` about the length; `bare`, `weakened`, `swapped` and
    ///   `grown`, which answer with a part that is not said to be of the same file; `drip N` bytes five times a second;
    ///   `fields FIELD=VALUE …` instead of a tag, in %-encoding; `page`, the next of endlessly many of a list of objects.
    init(_ contents: [UInt8], _ plan: [String]) throws {
        folder = try TemporaryFolder()
        try folder.write(contents, to: "contents")
        try folder.write(Array(try JSONEncoder().encode(plan)), to: "plan")
        try folder.write(CuttingServer.script, to: "server.py")
        try folder.write("", to: "requests")
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", folder.file("server.py"), folder.path]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Every request so far.
    func requests() throws -> [Request] {
        try String(contentsOfFile: folder.file("requests"), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Request.self, from: Data($0.utf8))
        }
    }

    private static let script = #"""
        import http.server, json, socket, struct, sys, time, urllib.parse

        folder = sys.argv[1]
        contents = open(folder + "/contents", "rb").read()
        plan = json.load(open(folder + "/plan"))
        count = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                global count
                action = plan[min(count, len(plan) - 1)].split(" ")
                count += 1
                with open(folder + "/requests", "a") as record:
                    record.write(json.dumps({"path": self.path, "headers": {
                        name.lower(): value for name, value in self.headers.items()}}) + "\n")
                body, tag, what = contents, '"one"', action[0]
                if what in ("other", "othercut", "swapped"):
                    body, tag = contents[::-1], '"two"'
                if what == "weak":
                    tag = 'W/"one"'
                if what == "page":
                    body = (f"<ListBucketResult><Contents><Key>k{count}</Key><ETag>t</ETag><Size>1</Size></Contents>"
                            "<IsTruncated>true</IsTruncated><NextContinuationToken>"
                            f"{count}</NextContinuationToken></ListBucketResult>").encode()
                if what == "status":
                    self.send_response(int(action[1]))
                    for field in action[2:]:
                        self.send_header(*field.split("=", 1))
                    self.send_header("Content-Length", "5")
                    self.end_headers()
                    self.wfile.write(b"sorry")
                    return
                start = 0
                wanted = self.headers.get("Range")
                lies = what in ("bare", "weakened", "swapped", "grown")
                if wanted and (lies or self.headers.get("If-Range") == tag):
                    start = int(wanted[len("bytes="):-1])
                    if what == "shifted":
                        start -= 1
                    self.send_response(206)
                    if what == "grown":
                        body += b"other"
                    self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
                else:
                    self.send_response(200)
                if what == "fields":
                    for field in action[1:]:
                        name, value = field.split("=", 1)
                        self.send_header(name, urllib.parse.unquote(value, "latin-1"))
                elif what == "weakened":
                    self.send_header("ETag", "W/" + tag)
                elif what not in ("plain", "untagged", "bare"):
                    self.send_header("ETag", tag)
                rest = body[start:]
                if what in ("chunked", "endless"):
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    while True:
                        self.wfile.write(b"%x\r\n" % len(rest) + rest + b"\r\n")
                        if what == "chunked":
                            break
                    self.wfile.write(b"0\r\n\r\n")
                    return
                if what == "close":
                    self.send_header("Connection", "close")
                elif what == "lie":
                    self.send_header("Content-Length", action[1])
                    self.close_connection = True
                else:
                    self.send_header("Content-Length", str(len(rest)))
                if what == "encoded":
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                if what in ("cut", "stall", "untagged", "othercut"):
                    self.wfile.write(rest[:int(action[1])])
                    self.wfile.flush()
                    if what == "stall":
                        self.connection.recv(1)
                    self.close_connection = True
                    return
                while what == "drip" and rest:
                    self.wfile.write(rest[:int(action[1])])
                    rest = rest[int(action[1]):]
                    time.sleep(0.2)
                self.wfile.write(rest)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """#
}
