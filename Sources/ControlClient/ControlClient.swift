package import ControlModels
package import Diagnostics
import Foundation
import HTTPTransfer

/// The daemon refused a request, or does not answer.
package struct ControlError: DiagnosedError {
    /// The closed set of failures.
    package enum Code: String, Sendable {
        case notRunning = "daemon-not-running"
        case refused
        case unknown
        case badAnswer = "bad-answer"
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var location: SourceLocation?
}

/// Talks to the daemon over its Unix socket; blocks the calling thread.
package struct ControlClient: Sendable {
    private let socketPath: String

    /// Creates a client of a socket.
    package init(socketPath: String) {
        self.socketPath = socketPath
    }

    /// Asks for a JSON document.
    ///
    /// - Throws: `ControlError`.
    package func get<Answer: Decodable>(_ path: String, as type: Answer.Type) throws(ControlError) -> Answer {
        try decode(try send(.get, path, []))
    }

    /// Asks for a document's bytes.
    package func bytes(_ path: String) throws(ControlError) -> [UInt8] { try send(.get, path, []) }

    /// Asks for a change, and reads the answer.
    package func post<Answer: Decodable>(
        _ path: String, _ request: ChangeRequest, as type: Answer.Type
    ) throws(ControlError) -> Answer {
        try decode(try send(.post, path, (try? ControlJSON.encode(request)) ?? []))
    }

    /// Asks for a change.
    package func post(_ path: String, _ request: ChangeRequest) throws(ControlError) {
        _ = try send(.post, path, (try? ControlJSON.encode(request)) ?? [])
    }

    private func decode<Answer: Decodable>(_ bytes: [UInt8]) throws(ControlError) -> Answer {
        do {
            return try ControlJSON.decode(Answer.self, from: bytes)
        } catch {
            throw ControlError(
                code: .badAnswer, message: "the daemon's answer cannot be read",
                remedy: "Use the lethe of the same version as lethed", location: .init(path: socketPath))
        }
    }

    private func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]) throws(ControlError) -> [UInt8] {
        var request = HTTPRequest(method, "http://localhost" + path)
        request.unixSocketPath = socketPath
        request.allowedSchemes = [.http]
        request.body = body
        request.headers = [HTTPHeader("Content-Type", "application/json")]
        request.totalTimeout = .seconds(600)
        request.maximumResponseBytes = 1 << 30
        let response: HTTPResponse
        do {
            response = try HTTPClient.send(request)
        } catch {
            throw ControlError(
                code: .notRunning, message: "lethed does not answer: \(error.message)",
                remedy: "Is it running, and may you connect? See systemctl status lethed, and `socket` in lethe.yaml",
                location: .init(path: socketPath))
        }
        if (200..<300).contains(response.status) || response.status == 503 { return response.body }
        let report = try? ControlJSON.decode(ErrorReport.self, from: response.body)
        throw ControlError(
            code: response.status == 404 ? .unknown : .refused,
            message: report?.message ?? "the daemon answered \(response.status)", remedy: report?.remedy,
            location: nil)
    }
}
