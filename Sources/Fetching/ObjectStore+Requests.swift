import Foundation
import HTTPTransfer

extension ObjectStore {
    /// The URL of a page of the list of objects: parameters in the order of their names, as the signature wants them.
    func listURL(continuation: String?) -> String {
        var query = "encoding-type=url&list-type=2&max-keys=\(pageSize)&prefix=\(ObjectStore.encoded(prefix))"
        if let continuation { query = "continuation-token=\(ObjectStore.encoded(continuation))&" + query }
        return "\(root)?\(query)"
    }

    /// The URL of an object.
    func objectURL(_ key: String) -> String { "\(root)/\(ObjectStore.encoded(key, keepsSlashes: true))" }

    private var root: String {
        (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint) + "/" + ObjectStore.encoded(bucket)
    }

    /// What a signature's canonical request is made of: everything but RFC 3986's unreserved characters in `%XX`.
    static func encoded(_ text: String, keepsSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".utf8.contains(byte) || (keepsSlashes && byte == UInt8(ascii: "/"))
            bytes += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FetchSource {
    /// The most objects that one source is asked for.
    static let maximumObjects = 100_000

    /// The most pages that they may come in: three times as many as stores make of them.
    static let maximumPages = 300

    /// The most bytes that their keys and tags may have together.
    static let maximumListBytes = 32 << 20

    /// Every object of a store's folder; blocks, for the time of one try at most.
    func list(
        _ store: ObjectStore, isCancelled: @escaping () -> Bool
    ) throws(FetchError) -> [ObjectListing.Entry] {
        var entries: [ObjectListing.Entry] = []
        var continuation: String?
        var (pages, bytes) = (0, 0)
        let deadline = ContinuousClock.now + limits.timeout
        repeat {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else {
                throw FetchError(
                    .timedOut, "the store does not list the bucket's folder in time",
                    remedy: "Raise timeout_seconds, or give a longer prefix")
            }
            let response: HTTPResponse
            do {
                let url = try TransferURL(
                    store.listURL(continuation: continuation), keepsDotSegments: true)
                var request = request(url)
                request.headers += headers
                request.totalTimeout = min(.seconds(60), left)
                request.maximumResponseBytes = ObjectListing.maximumBytes
                response = try HTTPClient.send(request, isCancelled: isCancelled)
            } catch {
                throw FetchError(error)
            }
            guard response.status == 200 else {
                throw FetchError(
                    status: response.status,
                    retryAfter: response.header("Retry-After").flatMap(decimal).map(Double.init))
            }
            let listing = try ObjectListing(response.body)
            pages += 1
            bytes += listing.entries.reduce(0) { $0 + $1.key.utf8.count + $1.tag.utf8.count }
            // A page that repeats itself, or an endless bucket.
            guard entries.count + listing.entries.count <= FetchSource.maximumObjects,
                pages <= FetchSource.maximumPages, bytes <= FetchSource.maximumListBytes,
                listing.continuation == nil || (listing.continuation != continuation && !listing.entries.isEmpty)
            else {
                throw FetchError(
                    .tooLarge,
                    "the bucket's folder has more than \(FetchSource.maximumObjects) objects or "
                        + "\(FetchSource.maximumListBytes >> 20) MiB of names",
                    remedy: "Give a longer prefix")
            }
            entries += listing.entries
            continuation = listing.continuation
        } while continuation != nil
        // An object whose name ends in a slash is a folder that some tool has made.
        return entries.filter { !$0.key.hasSuffix("/") && $0.key.hasPrefix(store.prefix) }
    }
}
