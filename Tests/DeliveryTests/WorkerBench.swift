import Delivery
import Foundation
import HTTPTransfer
import Outbox
import TestSupport

/// A worker over a real outbox whose clock, chance and network a test holds in its hands.
final class WorkerBench {
    /// What the network answers to one request.
    enum Answer: CustomStringConvertible {
        case status(Int, retryAfter: String? = nil)
        case failure(HTTPTransferError.Code)

        /// The code that the outbox keeps.
        var errorCode: String {
            switch self {
            case .status(let status, _): "http-\(status)"
            case .failure(let code): code.rawValue
            }
        }

        var description: String { errorCode }
    }

    /// Answers after which a message is tried again.
    static let passing: [Answer] = [
        .status(301), .status(304), .status(408), .status(425), .status(429), .status(500), .status(503),
        .failure(.connectionFailed), .failure(.tlsFailed), .failure(.timedOut), .failure(.responseTooLarge),
        .failure(.nameResolutionFailed), .failure(.connectionLost), .failure(.invalidResponse),
    ]

    let folder: TemporaryFolder
    let outbox: Outbox
    /// The last one is repeated.
    var answers: [Answer] = [.status(200)]
    var now = Date(timeIntervalSince1970: 1_700_000_000)
    /// What was sent, in its order.
    private(set) var requests: [HTTPRequest] = []
    /// Called before each answer.
    var beforeAnswer: () -> Void = {}
    private(set) lazy var worker = makeWorker()

    init() throws {
        folder = try TemporaryFolder()
        outbox = try Outbox(folder: folder.path)
    }

    /// The ids of the messages that were sent, in their order.
    var sent: [String?] { requests.map { $0.headers.first { $0.name == "Lethe-Delivery" }?.value } }

    func makeWorker() -> DeliveryWorker {
        let endpoints = [
            try? OutboxEndpoint(id: "ops", url: "https://ops.example/hook", secret: [1, 2, 3]),
            try? OutboxEndpoint(id: "plain", url: "https://plain.example/", secret: nil),
        ]
        return DeliveryWorker(
            outbox: outbox, endpoints: endpoints.compactMap(\.self), clock: { [unowned self] in now },
            random: { 0.5 },
            send: { [unowned self] (request, _) throws(HTTPTransferError) in try answer(request) })
    }

    func enqueue(_ number: Int, endpoint: String = "ops") throws {
        try outbox.enqueue(
            OutboxMessage(
                id: identifier(number), endpoint: endpoint, created: now.addingTimeInterval(-1_000_000),
                body: "{\"n\":\(number)}"))
    }

    private func answer(_ request: HTTPRequest) throws(HTTPTransferError) -> HTTPResponse {
        beforeAnswer()
        let answer = answers[min(requests.count, answers.count - 1)]
        requests.append(request)
        switch answer {
        case .status(let status, let retryAfter):
            return HTTPResponse(status: status, headers: retryAfter.map { [HTTPHeader("retry-after", $0)] } ?? [])
        case .failure(let code): throw HTTPTransferError(code, "made up")
        }
    }
}
