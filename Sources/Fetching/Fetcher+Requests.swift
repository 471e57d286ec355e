import FetchSpool
import Foundation
import HTTPTransfer
import Logging
import Moderation
import Storage

extension Fetcher {
    /// The most transfers that wait at a time; further requests stay where they are.
    static let maximumJobs = 10_000

    /// How long a request that cannot be taken up or removed is left alone, in seconds.
    static let postponement: TimeInterval = 60

    /// Takes up the one-off requests that were made.
    ///
    /// One that cannot be taken up or removed is logged and left alone for a while: nothing that a submitter puts here
    /// holds up the others.
    func takeRequests() throws(FetchSpoolError) {
        let names = try spool.names(in: spool.requests)
        let now = clock()
        let present = Set(names)
        postponed = postponed.filter { present.contains($0.key) }
        for name in names where memory.jobs.count < Fetcher.maximumJobs {
            guard let id = DatasetID(name), postponed[name].map({ $0 <= now }) != false else { continue }
            do {
                // After the request itself, so that a crash between the two does it again.
                if memory.jobs[id.description] == nil, try !isEnded(id) { try take(id, name) }
                try spool.discard("\(spool.requests)/\(name).json")
            } catch {
                if postponed[name] == nil {
                    logger.error(
                        "a request cannot be taken", metadata: ["fetch": "\(id)", "error": "\(error.message)"])
                }
                postponed[name] = now.addingTimeInterval(Fetcher.postponement)
            }
        }
    }

    private func take(_ id: DatasetID, _ name: String) throws(FetchSpoolError) {
        let now = clock()
        let request: FetchRequest
        do {
            guard let read = try spool.request(name) else { return }
            request = read
        } catch {
            // Whose it is cannot be said, so there is nothing to record; the submitter is told.
            logger.warning("a request cannot be read", metadata: ["fetch": "\(id)", "error": "\(error.message)"])
            var progress = FetchProgress(
                id: id.description, customer: "", host: "", state: .failed, updated: now)
            progress.error = error.code.rawValue
            return try spool.tell(progress, of: id.description)
        }
        var job = FetchJob(
            id: id.description, source: nil, customer: request.customer, url: request.url,
            name: request.name.map { DatasetName.of(path: $0, format: nil) }
                ?? DatasetName.of(url: request.url, id: id.description, format: nil),
            sha256: request.sha256, next: now)
        if let error = refusal(request) {
            job.failures = 1
            return try end(job, .failed(error))
        }
        job.failures = 0
        try memory.keep(job)
        try tell(job, .waiting)
    }

    /// Why a request is not even tried; `nil` if it is.
    private func refusal(_ request: FetchRequest) -> FetchError? {
        if request.url.prefix(5).lowercased() == "file:" { return nil }
        do {
            let host = try TransferURL(request.url).host
            guard settings.requestHosts.contains(where: { fnmatch($0, host, 0) == 0 }) else {
                return FetchError(
                    .addressRefused, "no one-off request may name this host",
                    remedy: "Name it in fetch.submit_hosts if it is meant", detail: "host-refused")
            }
            return nil
        } catch {
            return FetchError(error)
        }
    }

    private func isEnded(_ id: DatasetID) throws(FetchSpoolError) -> Bool {
        if access("\(spool.ready)/\(id).json", F_OK) == 0 { return true }
        return try spool.progress(of: id.description).map { [.fetched, .failed].contains($0.state) } ?? false
    }
}
