package import Foundation
package import HTTPTransfer
package import Logging
package import Outbox

/// What one pass over the outbox has done.
package struct DeliveryPass: Sendable, Hashable {
    /// How many messages were delivered.
    package var delivered = 0

    /// How many were given up: refused by the receiver, or failed for too long.
    package var givenUp = 0

    /// How many failed and will be tried again.
    package var failed = 0

    /// When the next message is due; `nil` if none waits.
    package var nextDue: Date?

    /// Creates the account of a pass that did nothing.
    package init() {}
}

/// Posts an outbox's messages to their endpoints until each is delivered or given up.
///
/// A message is delivered at least once: one that the receiver had taken when the process was killed is sent again
/// under the same id. Messages are not sent in order. It blocks, and belongs to one thread.
package final class DeliveryWorker {
    /// Sends a request; the closure tells it to stop.
    package typealias Send = (HTTPRequest, @escaping () -> Bool) throws(HTTPTransferError) -> HTTPResponse

    let outbox: Outbox
    let schedule: RetrySchedule
    let clock: () -> Date
    let logger: Logger
    private let endpoints: [String: OutboxEndpoint]
    private let random: () -> Double
    private let send: Send

    /// What is known of each message in the outbox.
    private var waiting: [String: Waiting] = [:]

    private struct Waiting {
        var attempts: OutboxAttempts?
        var due: Date
        /// What became of the message, where that could not be written yet: it is not sent again meanwhile.
        var receipt: OutboxReceipt?
    }

    /// Creates a worker.
    ///
    /// - Parameters:
    ///   - endpoints: of several with one id the last counts.
    ///   - clock: the time of day.
    ///   - random: a new number from 0 up to and without 1 at each call.
    ///   - send: how requests are sent.
    package init(
        outbox: Outbox, endpoints: [OutboxEndpoint], schedule: RetrySchedule = RetrySchedule(),
        clock: @escaping () -> Date = Date.init, random: @escaping () -> Double = { Double.random(in: 0..<1) },
        send: @escaping Send = HTTPClient.send, logger: Logger = Logger(label: "lethe.delivery")
    ) {
        self.outbox = outbox
        self.endpoints = Dictionary(endpoints.map { ($0.id, $0) }) { $1 }
        self.schedule = schedule
        self.clock = clock
        self.random = random
        self.send = send
        self.logger = logger
    }

    /// Posts every message that is due, one after the other.
    ///
    /// Once an endpoint cannot be reached, its other messages wait as long as the one that failed.
    /// - Parameter isStopped: asked between and during requests; once it answers `true` the pass ends.
    /// - Throws: `OutboxError` if the outbox cannot be listed; a failure of one message is logged and tried again.
    package func deliverDue(isStopped: @escaping () -> Bool = { false }) throws(OutboxError) -> DeliveryPass {
        var pass = DeliveryPass()
        var unreachable: [String: Date] = [:]
        for id in try dueIdentifiers() {
            if isStopped() { break }
            do {
                try deliver(id, &pass, &unreachable, isStopped)
            } catch {
                logger.error("\(error)", metadata: ["delivery": "\(id)"])
                postpone(id)
            }
        }
        pass.nextDue = waiting.values.map(\.due).min()
        return pass
    }

    /// Leaves a message whose files cannot be read or written alone for a while.
    private func postpone(_ id: String) {
        let later = clock().addingTimeInterval(min(60, schedule.maximumDelay))
        if let due = waiting[id]?.due, due < later { waiting[id]?.due = later }
    }

    /// The messages that are due, those with the fewest attempts first: none that keeps failing holds up the others.
    private func dueIdentifiers() throws(OutboxError) -> [String] {
        let now = clock()
        let identifiers = try outbox.pendingIdentifiers()
        let known = waiting
        waiting = [:]
        for id in identifiers { waiting[id] = known[id] ?? load(id, now) }
        return
            identifiers.filter { id in
                guard let due = waiting[id]?.due else { return false }
                // Further off than any delay: the clock was set back since.
                return due <= now || due.timeIntervalSince(now) > schedule.maximumDelay
            }
            .map { (id: $0, attempts: waiting[$0]?.attempts?.count ?? 0) }
            .sorted { ($0.attempts, $0.id) < ($1.attempts, $1.id) }
            .map(\.id)
    }

    private func load(_ id: String, _ now: Date) -> Waiting {
        do {
            let attempts = try outbox.attempts(id)
            return Waiting(attempts: attempts, due: attempts?.next ?? now)
        } catch {
            // The message matters more than the count of its attempts.
            logger.error("\(error)", metadata: ["delivery": "\(id)"])
            return Waiting(attempts: nil, due: now)
        }
    }

    private func deliver(
        _ id: String, _ pass: inout DeliveryPass, _ unreachable: inout [String: Date], _ isStopped: @escaping () -> Bool
    ) throws(OutboxError) {
        if let receipt = waiting[id]?.receipt { return try finish(receipt, &pass) }
        guard let message = try outbox.message(id) else {
            waiting[id] = nil
            return
        }
        if let until = unreachable[message.endpoint] {
            waiting[id]?.due = until
            return
        }
        let start = clock()
        let outcome = attempt(message, start, isStopped)
        let attempts = waiting[id]?.attempts
        let count = (attempts?.count ?? 0) + 1
        let first = attempts?.first ?? start
        switch outcome {
        case .cancelled: return
        case .delivered(let status):
            try finish(receipt(of: message, status: status, attempts: count, error: nil), &pass)
        case .refused(let status):
            let error = DeliveryOutcome.code(status: status)
            try finish(receipt(of: message, status: status, attempts: count, error: error), &pass)
        case .failed(let status, let error, let retryAfter, let isUnreachable):
            let now = clock()
            let end = first.addingTimeInterval(schedule.giveUpAfter)
            guard now < end else {
                return try finish(receipt(of: message, status: status, attempts: count, error: error), &pass)
            }
            let delay = schedule.delay(afterFailures: count, random: random(), retryAfter: retryAfter)
            let next = min(now.addingTimeInterval(delay), end)
            if isUnreachable { unreachable[message.endpoint] = next }
            let attempts = OutboxAttempts(count: count, first: first, next: next, lastError: error)
            waiting[id] = Waiting(attempts: attempts, due: attempts.next)
            pass.failed += 1
            try outbox.record(attempts, of: id)
            log("failed, will be tried again", id, message.endpoint, attempts: count, error: error)
        }
    }

    private func attempt(
        _ message: OutboxMessage, _ time: Date, _ isStopped: @escaping () -> Bool
    ) -> DeliveryOutcome {
        guard let endpoint = endpoints[message.endpoint] else {
            // It may have been left out of the configuration by mistake.
            return .failed(status: nil, error: "unknown-endpoint", retryAfter: nil, isUnreachable: true)
        }
        do {
            return DeliveryOutcome(try send(HTTPRequest(message, to: endpoint, time: time), isStopped))
        } catch {
            return DeliveryOutcome(error)
        }
    }

    private func receipt(of message: OutboxMessage, status: Int?, attempts: Int, error: String?) -> OutboxReceipt {
        OutboxReceipt(
            id: message.id, endpoint: message.endpoint, isDelivered: error == nil, status: status, attempts: attempts,
            time: clock(), error: error)
    }

    private func finish(_ receipt: OutboxReceipt, _ pass: inout DeliveryPass) throws(OutboxError) {
        waiting[receipt.id]?.receipt = receipt
        try outbox.finish(receipt)
        waiting[receipt.id] = nil
        if receipt.isDelivered { pass.delivered += 1 } else { pass.givenUp += 1 }
        log(
            receipt.isDelivered ? "delivered" : "given up", receipt.id, receipt.endpoint, attempts: receipt.attempts,
            error: receipt.error)
    }

    private func log(_ text: Logger.Message, _ id: String, _ endpoint: String, attempts: Int, error: String?) {
        var metadata: Logger.Metadata = ["delivery": "\(id)", "endpoint": "\(endpoint)", "attempts": "\(attempts)"]
        metadata["error"] = error.map { "\($0)" }
        logger.log(level: error == nil ? .info : .warning, text, metadata: metadata)
    }
}
