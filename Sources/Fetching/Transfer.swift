import FetchSpool
import Foundation
import HTTPTransfer
import Storage

/// One try to fetch one file.
///
/// It blocks, on a thread of its own.
struct Transfer {
    /// What a try came to.
    enum Outcome {
        /// The file is whole, in the part file.
        case fetched(sha256: String, bytes: Int, tag: String?, date: String?, place: String?)

        /// The source has still what it had.
        case unchanged

        /// It failed.
        case failed(FetchError)
    }

    /// The most redirects that are followed.
    static let maximumRedirects = 5

    let source: FetchSource
    let spool: FetchSpool

    /// Called before the content comes, with what a later try needs.
    var accepted: (FetchJob) -> Void = { _ in }

    /// Called while the content comes, with the bytes so far and in all.
    var progressed: (Int, Int?) -> Void = { _, _ in }

    var isCancelled: () -> Bool = { false }

    /// Where the bytes of a job are until they are whole.
    static func partPath(_ job: FetchJob, _ spool: FetchSpool) -> String {
        "\(spool.parts)/\(job.id)\(job.partMark.map { "." + $0 } ?? "").part"
    }

    /// A hash of where a file is kept, which its tag means something for.
    ///
    /// Without the query: servers that redirect to signed URLs sign anew each time.
    static func place(_ url: TransferURL) -> String {
        let text = "\(url.scheme.rawValue) \(url.host) \(url.port) \(url.path)"
        return String(Storage.sha256(of: Array(text.utf8)).prefix(32))
    }

    /// A hash of a place and of a tag there.
    static func mark(_ place: String, _ tag: String) -> String {
        String(Storage.sha256(of: Array("\(place) \(tag)".utf8)).prefix(32))
    }

    /// Tries once; changes what a later try needs to know.
    func run(_ job: inout FetchJob) -> Outcome {
        do throws(FetchError) {
            if job.url.prefix(5).lowercased() == "file:" { return try copyFile(job) }
            return try fetch(&job)
        } catch {
            // On a full disk, what has come is in the way of everything else.
            if [.lowDiskSpace, .writeFailed].contains(error.code) {
                try? spool.removeParts(of: job.id)
                (job.partTag, job.partMark) = (nil, nil)
            }
            return .failed(error)
        }
    }

    private func fetch(_ job: inout FetchJob) throws(FetchError) -> Outcome {
        let url = try transferURL(job)
        if job.partTag == nil { job.partMark = nil }
        try removeOtherParts(job)
        let part = try PartFile(
            Transfer.partPath(job, spool), resumes: job.partMark != nil,
            minimumFreeBytes: source.limits.minimumFreeBytes)
        var current = url
        for _ in 0...Transfer.maximumRedirects {
            let sent = job
            var accepted = job
            let sink = TransferSink(
                part: part, job: sent, place: Transfer.place(current), spool: spool, limits: source.limits,
                accepted: { sink in
                    (accepted.partTag, accepted.partMark) = (sink.tag, sink.mark)
                    accepted.total = sink.total
                    self.accepted(accepted)
                }, progressed: progressed)
            var failure: FetchError?
            do {
                _ = try HTTPClient.stream(
                    request(sent, to: current, origin: url, from: part.count), into: sink, isCancelled: isCancelled)
            } catch {
                failure = FetchError(error)
            }
            (job.partTag, job.partMark) = (accepted.partTag, accepted.partMark)
            job.total = accepted.total
            if let failure = sink.failure {
                // A part of something else, or of nobody knows what: the next try begins anew.
                if sink.head?.status == 206, failure.code == .invalidResponse { job.partTag = nil }
                throw failure
            }
            // An answer that is none of the file counts as soon as its head is there.
            guard let head = sink.head else {
                throw failure ?? FetchError(.invalidResponse, "the server's answer has no status")
            }
            switch head.status {
            case 200, 206:
                if let failure { throw failure }
                return try finish(job, part, sink, head, at: current)
            case 304 where sent.key == nil && sent.knownPlace == Transfer.place(current): return .unchanged
            case 301, 302, 303, 307, 308: current = try redirected(head, from: current, origin: url)
            case 416:
                job.partTag = nil
                throw FetchError(status: 416, retryAfter: nil)
            default:
                throw FetchError(
                    status: head.status, retryAfter: head.header("Retry-After").flatMap(decimal).map(Double.init))
            }
        }
        throw FetchError(.redirectRefused, "the server redirects more than \(Transfer.maximumRedirects) times")
    }

    /// Removes what an earlier process began and did not keep in mind.
    func removeOtherParts(_ job: FetchJob) throws(FetchError) {
        do {
            try spool.removeParts(of: job.id, except: Transfer.partPath(job, spool))
        } catch {
            throw FetchError(.writeFailed, error.message, remedy: error.remedy)
        }
    }

    private func finish(
        _ job: FetchJob, _ part: PartFile, _ sink: TransferSink, _ head: HTTPResponse, at url: TransferURL
    ) throws(FetchError) -> Outcome {
        if let total = sink.total, total != part.count {
            throw FetchError(
                .transferFailed, "\(part.count) of \(total) bytes came", detail: "connection-lost")
        }
        let digest = try part.finish()
        if let expected = job.sha256, expected != digest {
            throw FetchError(
                .hashMismatch, "the file has another SHA-256 than it must have",
                remedy: "Ask its sender; the file was not taken")
        }
        return .fetched(
            sha256: digest, bytes: part.count,
            tag: head.header("ETag").flatMap { TransferSink.isKept($0, spaces: false) ? $0 : nil },
            date: head.header("Last-Modified").flatMap { TransferSink.isKept($0, spaces: true) ? $0 : nil },
            place: Transfer.place(url))
    }

    private func transferURL(_ job: FetchJob) throws(FetchError) -> TransferURL {
        do {
            return try TransferURL(job.url, keepsDotSegments: job.key != nil)
        } catch {
            throw FetchError(error)
        }
    }

    private func request(
        _ job: FetchJob, to url: TransferURL, origin: TransferURL, from count: Int
    ) -> HTTPRequest {
        var request = source.request(url)
        // What may be a credential stays with the server that it is for.
        if url.hasSameOrigin(as: origin) { request.headers += source.headers }
        let place = Transfer.place(url)
        if let tag = job.partTag, count > 0, job.partMark == Transfer.mark(place, tag) {
            request.headers += [HTTPHeader("Range", "bytes=\(count)-"), HTTPHeader("If-Range", tag)]
        } else if job.key == nil, job.knownPlace == place {
            // Both, as RFC 9110, section 13.1.3, has it: a server that knows tags passes over the date.
            if let tag = job.knownTag { request.headers.append(HTTPHeader("If-None-Match", tag)) }
            if let date = job.knownDate { request.headers.append(HTTPHeader("If-Modified-Since", date)) }
        }
        return request
    }

    private func redirected(
        _ head: HTTPResponse, from url: TransferURL, origin: TransferURL
    ) throws(FetchError) -> TransferURL {
        if case .objects = source.target {
            throw FetchError(
                .redirectRefused, "the store redirects", remedy: "Check the endpoint and the region of the bucket")
        }
        let next: TransferURL
        do throws(HTTPTransferError) {
            guard let location = head.header("Location") else {
                throw HTTPTransferError(.invalidURL, "the server redirects without saying where")
            }
            next = try url.resolving(location)
        } catch {
            throw FetchError(.redirectRefused, "the server redirects to what is no usable URL", remedy: error.remedy)
        }
        guard next.scheme == .https || url.scheme == .http else {
            throw FetchError(.redirectRefused, "the server redirects from https to http")
        }
        let isAllowed =
            next.host == origin.host || source.access.redirectHosts.contains { fnmatch($0, next.host, 0) == 0 }
        guard isAllowed else {
            throw FetchError(
                .redirectRefused, "the server redirects to another host",
                remedy: "Name that host in allow_hosts if it is meant")
        }
        return next
    }
}

extension FetchSource {
    /// A request to a URL under the source's limits and access, without its header fields.
    func request(_ url: TransferURL) -> HTTPRequest {
        var request = HTTPRequest(.get, url.text)
        request.allowedSchemes = [.http, .https]
        request.headers = [HTTPHeader("Accept-Encoding", "identity")]
        request.userAgent = "lethe-fetch"
        request.connectTimeout = min(.seconds(30), limits.timeout)
        request.totalTimeout = limits.timeout
        request.stallTimeout = limits.stallTimeout
        request.maximumBytesPerSecond = limits.bytesPerSecond
        request.certificateAuthorityPath = access.certificateAuthorityPath
        request.addressRules = access.rules(for: url)
        request.knownAddresses = access.knownAddresses
        if case .objects(let store) = target, let signing = store.signing {
            request.signing = signing
            // libcurl 7.88 signs it if it is there; stores want it.
            request.headers.append(HTTPHeader("x-amz-content-sha256", Storage.sha256(of: [])))
        }
        if case .objects = target { request.keepsDotSegments = true }
        return request
    }
}
