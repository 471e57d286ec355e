import FetchSpool
import Fetching
import HTTPTransfer
import Outbox
import ServiceConfiguration
import Storage

extension FetcherSettings {
    /// What a configuration says, with the secrets that it names.
    ///
    /// - Throws: `StorageError` if a secret cannot be read, `OutboxError` if it cannot be one.
    init(_ settings: ServiceSettings, environment: [String: String]) throws {
        self.init()
        let fetch = settings.fetch
        limits.maximumBytes = min(fetch.maximumBytes, settings.inbox.maximumBytes)
        limits.minimumFreeBytes = settings.inbox.minimumFreeBytes
        limits.timeout = .seconds(fetch.timeoutSeconds)
        limits.stallTimeout = .seconds(fetch.stallSeconds)
        limits.bytesPerSecond = fetch.bytesPerSecond
        access.redirectHosts = fetch.redirectHosts
        access.privateHosts = Set(fetch.privateHosts)
        access.fileFolders = fetch.fileFolders
        requestHosts = fetch.submitHosts
        atOnce = fetch.atOnce
        schedule = RetrySchedule(
            base: fetch.retrySeconds, maximumDelay: fetch.maximumRetrySeconds, giveUpAfter: fetch.giveUpSeconds)
        sources = try settings.sources.map { source in
            try FetchSource(source, limits: limits, maximumBytes: settings.inbox.maximumBytes, environment)
        }
    }
}

extension FetchSource {
    /// What a configuration says of a source.
    init(
        _ source: SourceSettings, limits: FetchLimits, maximumBytes: Int, _ environment: [String: String]
    ) throws {
        let target: Target
        if let store = source.store {
            var signing: AWSSigning?
            if let access = store.accessKey, let secret = store.secretKey {
                signing = AWSSigning(
                    region: store.region, accessKey: try Secrets.text(access, environment),
                    secretKey: try Secrets.text(secret, environment))
            }
            target = .objects(
                ObjectStore(endpoint: store.endpoint, bucket: store.bucket, prefix: store.prefix, signing: signing))
        } else {
            target = .url(source.url ?? "")
        }
        self.init(id: source.id, customer: source.customer, target: target)
        interval = source.intervalSeconds
        headers = source.headers.sorted { $0.key < $1.key }.map { HTTPHeader($0.key, $0.value) }
        if let token = source.token {
            headers.append(HTTPHeader("Authorization", "Bearer " + (try Secrets.text(token, environment))))
        }
        sha256 = source.sha256
        format = source.format
        self.limits = limits
        if let bytes = source.maximumBytes { self.limits.maximumBytes = min(bytes, maximumBytes) }
        if let seconds = source.timeoutSeconds { self.limits.timeout = .seconds(seconds) }
        if let bytes = source.bytesPerSecond { self.limits.bytesPerSecond = bytes }
        access.redirectHosts = source.redirectHosts
        access.privateHosts = Set(source.privateHosts)
        access.fileFolders = source.fileFolders
        access.certificateAuthorityPath = source.certificateAuthorityPath
    }
}

/// Reads secrets out of files and credentials.
enum Secrets {
    /// A file's bytes, without line breaks at their end.
    static func bytes(_ path: String) throws -> [UInt8] {
        var bytes = try InputFile.contents(of: path, limit: 4096)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }

    /// A secret that goes into a header field or a signature.
    static func text(_ secret: SecretSettings, _ environment: [String: String]) throws -> String {
        let path = secret.path(environment)
        let bytes = try bytes(path)
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw OutboxError(
                .malformedFile, "the secret is empty or holds white space or characters outside ASCII", path: path)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
