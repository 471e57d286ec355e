import ControlModels
import Daemon
import Diagnostics
import Dispatch
import HTTPTypes
import Hummingbird
import Moderation
import NIOCore
import Policies
import Registry
import ServiceConfiguration

/// The control API's requests; `docs/openapi.json` describes them.
struct ControlRoutes: Sendable {
    private let daemon: Daemon
    /// Where blocking work is done: never on an event loop, never on the cooperative pool.
    private let queue = DispatchQueue(label: "lethe.control", attributes: .concurrent)

    init(_ daemon: Daemon) {
        self.daemon = daemon
    }

    /// A refusal with its status; thrown outside of `answer` and `change`, it is answered by the router.
    private struct Refusal: HTTPResponseError {
        var status: HTTPResponse.Status
        var report: ErrorReport

        func response(from request: Request, context: some RequestContext) throws -> Response {
            ControlRoutes.response(status, "application/json", try ControlJSON.encode(report))
        }
    }

    func router() -> Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.get("healthz") { _, context in
            try await answer(context) { daemon in
                let health = HealthReport(problems: daemon.failures)
                return (health.problems.isEmpty ? .ok : .serviceUnavailable, try ControlJSON.encode(health))
            }
        }
        router.get("metrics") { _, context in
            try await answer(context, type: "text/plain; version=0.0.4; charset=utf-8") { daemon in
                (.ok, Array(try daemon.metrics().utf8))
            }
        }
        router.get("v1/status") { _, context in
            try await answer(context) { (.ok, try ControlJSON.encode(try $0.status())) }
        }
        router.get("v1/queue") { _, context in
            try await answer(context) { (.ok, try ControlJSON.encode(try $0.queue())) }
        }
        addDatasets(router)
        addQuarantine(router)
        router.post("v1/reload") { request, context in
            try await change(request, context) { daemon, _, actor in
                try ControlJSON.encode(try daemon.reload(actor: actor))
            }
        }
        return router
    }

    private func addDatasets(_ router: Router<ControlContext>) {
        router.get("v1/datasets") { request, context in
            let query = request.uri.queryParameters
            let states = query.getAll("state", as: String.self)
            let customer = query["customer"].map(String.init)
            let limit = query.get("limit", as: Int.self) ?? 100
            return try await answer(context) { daemon in
                let known = try states.map { text in
                    guard let state = DatasetState(rawValue: text) else {
                        throw Self.refuse(.badRequest, "bad-request", "`\(text)` is no state")
                    }
                    return state
                }
                let entries = try daemon.registry.reader.entries(
                    states: known, customer: customer, limit: max(0, min(limit, 10_000)))
                return (.ok, try ControlJSON.encode(DatasetList(datasets: entries.map { DatasetSummary($0) })))
            }
        }
        router.get("v1/datasets/:id") { _, context in
            let id = try Self.dataset(context)
            return try await answer(context) { daemon in
                guard let entry = try daemon.registry.reader.entry(id) else {
                    throw Self.refuse(.notFound, "unknown-dataset", "there is no dataset \(id)")
                }
                return (.ok, try ControlJSON.encode(DatasetSummary(entry)))
            }
        }
        router.get("v1/datasets/:id/report") { _, context in
            let id = try Self.dataset(context)
            return try await answer(context) { daemon in
                guard let report = try daemon.reportBytes(id) else {
                    throw Self.refuse(.notFound, "unknown-dataset", "dataset \(id) has no report")
                }
                return (.ok, report)
            }
        }
        router.post("v1/datasets/:id/cancel") { request, context in
            let id = try Self.dataset(context)
            return try await change(request, context) { daemon, body, actor in
                try daemon.cancel(id, actor: actor, reason: body.reason)
                return Array("{}".utf8)
            }
        }
        router.post("v1/datasets/:id/rejudge") { request, context in
            let id = try Self.dataset(context)
            return try await change(request, context) { daemon, body, actor in
                try daemon.rejudge(id, actor: actor, reason: body.reason)
                return Array("{}".utf8)
            }
        }
    }

    private func addQuarantine(_ router: Router<ControlContext>) {
        router.get("v1/quarantine") { request, context in
            let query = request.uri.queryParameters
            let dataset = try query["dataset"].map { text in
                guard let id = DatasetID(String(text)) else {
                    throw Self.refuse(.badRequest, "bad-request", "a dataset's id has 26 letters and digits")
                }
                return id
            }
            let states = try query.getAll("state", as: String.self).map { text in
                guard let state = QuarantinedRow.State(rawValue: text) else {
                    throw Self.refuse(.badRequest, "bad-request", "`\(text)` is no state of a row")
                }
                return state
            }
            let limit = query.get("limit", as: Int.self) ?? 100
            return try await answer(context) { daemon in
                let cases = try daemon.cases(dataset: dataset, states: states, limit: max(0, min(limit, 100_000)))
                return (.ok, try ControlJSON.encode(cases))
            }
        }
        router.get("v1/quarantine/:id/:line") { _, context in
            let id = try Self.dataset(context)
            guard let line = context.parameters.get("line", as: Int.self) else {
                throw Self.refuse(.badRequest, "bad-request", "a line is a number")
            }
            return try await answer(context) { (.ok, try ControlJSON.encode(try $0.caseDetail(id, line: line))) }
        }
        let decisions: [(String, QuarantinedRow.State)] = [
            ("release", .released), ("confirm", .confirmed), ("restore", .open),
        ]
        for (verb, state) in decisions {
            router.post("v1/quarantine/:id/\(verb)") { request, context in
                let id = try Self.dataset(context)
                return try await change(request, context) { daemon, body, actor in
                    guard let lines = body.lines, !lines.isEmpty else {
                        throw Self.refuse(.badRequest, "bad-request", "`lines` names no row")
                    }
                    try daemon.decide(
                        id, lines: Array(Set(lines)), state: state, actor: actor, reason: body.reason)
                    return try ControlJSON.encode(
                        try daemon.cases(dataset: id, states: [], limit: 100_000))
                }
            }
        }
    }

    private static func dataset(_ context: ControlContext) throws -> DatasetID {
        guard let id = context.parameters.get("id").flatMap(DatasetID.init) else {
            throw refuse(.badRequest, "bad-request", "a dataset's id has 26 letters and digits")
        }
        return id
    }

    private static func refuse(_ status: HTTPResponse.Status, _ code: String, _ message: String) -> Refusal {
        Refusal(status: status, report: ErrorReport(code: code, message: message))
    }

    /// Answers a request that changes nothing.
    private func answer(
        _ context: ControlContext, type: String = "application/json",
        _ work: @escaping @Sendable (Daemon) throws -> (HTTPResponse.Status, [UInt8])
    ) async throws -> Response {
        do {
            let (status, body) = try await blocking { try work(daemon) }
            return Self.response(status, type, body)
        } catch {
            return try Self.response(error)
        }
    }

    /// Answers a request that changes state: the peer must be allowed to, and is recorded as its actor.
    private func change(
        _ request: Request, _ context: ControlContext,
        _ work: @escaping @Sendable (Daemon, ChangeRequest, String) throws -> [UInt8]
    ) async throws -> Response {
        do {
            guard let peer = try await PeerCredentials.of(context.channel) else {
                throw Self.refuse(.forbidden, "no-credentials", "the peer's user is not known")
            }
            guard peer.mayChange(daemon.configuration.snapshot.settings.operators) else {
                throw Self.refuse(.forbidden, "not-an-operator", "\(peer.actor) is none of the configured operators")
            }
            guard let bytes = try? await request.body.collect(upTo: 1 << 20) else {
                throw Self.refuse(.contentTooLarge, "too-large", "the body cannot be read, or has more than 1 MiB")
            }
            let body: ChangeRequest
            if bytes.readableBytes == 0 {
                body = ChangeRequest()
            } else if let decoded = try? ControlJSON.decode(ChangeRequest.self, from: bytes.readableBytesView) {
                body = decoded
            } else {
                throw Self.refuse(.badRequest, "bad-request", "the body is not the JSON that is expected")
            }
            return Self.response(.ok, "application/json", try await blocking { try work(daemon, body, peer.actor) })
        } catch {
            return try Self.response(error)
        }
    }

    private func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ type: String, _ body: [UInt8]) -> Response {
        Response(status: status, headers: [.contentType: type], body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func response(_ error: any Error) throws -> Response {
        let refusal: Refusal
        switch error {
        case let error as Refusal: refusal = error
        case let error as RegistryError:
            let isUnknown = error.code == .unknownDataset || error.code == .unknownRow
            refusal = Refusal(
                status: isUnknown ? .notFound : .conflict,
                report: ErrorReport(code: error.code.rawValue, message: error.message, remedy: error.remedy))
        case let error as PolicyErrors:
            refusal = Refusal(
                status: .unprocessableContent,
                report: ErrorReport(
                    code: "policy-refused", message: error.errors.map(\.description).joined(separator: "; ")))
        case let error as any DiagnosedError:
            refusal = Refusal(
                status: .conflict,
                report: ErrorReport(
                    code: error.codeName, message: error.message, remedy: error.remedy))
        default:
            refusal = Refusal(
                status: .internalServerError, report: ErrorReport(code: "internal", message: error.explanation))
        }
        return response(refusal.status, "application/json", try ControlJSON.encode(refusal.report))
    }
}
