package import Foundation
package import HTTPTransfer

/// How much a transfer may take.
package struct FetchLimits: Sendable, Hashable {
    /// The largest file, in bytes.
    package var maximumBytes = 4 << 30

    /// Bytes that stay free on the disk.
    package var minimumFreeBytes = 256 << 20

    /// The most time that one try may take.
    package var timeout: Duration = .seconds(3600)

    /// How long a transfer may stand still.
    package var stallTimeout: Duration = .seconds(60)

    /// The most bytes in a second; no limit without it.
    package var bytesPerSecond: Int?

    /// Creates the usual limits.
    package init() {}
}

/// Where a transfer may go.
package struct FetchAccess: Sendable, Hashable {
    /// Hosts that may be redirected to besides the URL's own: patterns as fnmatch(3) reads them.
    package var redirectHosts: [String] = []

    /// Hosts, as the URL spells them, that may have an address of this machine or of the local network.
    package var privateHosts: Set<String> = []

    /// Folders that `file` URLs may read from.
    package var fileFolders: [String] = []

    /// Certificate authorities to trust instead of the system's, a PEM file.
    package var certificateAuthorityPath: String?

    /// Addresses of names, each `host:port:address`, that are taken instead of a look-up.
    package var knownAddresses: [String] = []

    /// Creates the access to public hosts alone.
    package init() {}

    /// The rules for the address of a host.
    func rules(for url: TransferURL) -> AddressRules { AddressRules(allowsPrivate: privateHosts.contains(url.host)) }
}

/// A folder of an S3-compatible store.
package struct ObjectStore: Sendable, Hashable {
    /// The store's own URL, to which the bucket's name is appended.
    package var endpoint: String

    /// The bucket.
    package var bucket: String

    /// What the keys of datasets begin with; empty for all of the bucket.
    package var prefix: String

    /// The key that requests are signed with; `nil` for a public bucket.
    package var signing: AWSSigning?

    /// The most objects that are asked for at once, up to what stores give: 1,000.
    package var pageSize = 1000

    /// Creates a description.
    package init(endpoint: String, bucket: String, prefix: String, signing: AWSSigning?) {
        self.endpoint = endpoint
        self.bucket = bucket
        self.prefix = prefix
        self.signing = signing
    }
}

/// Where datasets come from again and again.
///
/// Its description holds neither URL nor credentials.
package struct FetchSource: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// What a source is.
    package enum Target: Sendable, Hashable {
        /// One file, fetched again whenever it changes.
        case url(String)

        /// Every object of a folder, each whenever it changes.
        case objects(ObjectStore)
    }

    /// Its name in records and files.
    package var id: String

    /// Whose datasets they are.
    package var customer: String

    /// What it is.
    package var target: Target

    /// How long to wait after a look before the next one, in seconds.
    package var interval: TimeInterval = 3600

    /// Header fields, sent to the URL's own server and never to another.
    package var headers: [HTTPHeader] = []

    /// What the file must hold, in lower-case hexadecimal.
    package var sha256: String?

    /// What the names of datasets end in, if the URL does not say: `jsonl`, `csv.gz`.
    package var format: String?

    /// How much a transfer may take.
    package var limits = FetchLimits()

    /// Where a transfer may go.
    package var access = FetchAccess()

    /// Creates a source; everything else has a default and can be set.
    package init(id: String, customer: String, target: Target) {
        self.id = id
        self.customer = customer
        self.target = target
    }

    package var description: String { "source \(id)" }

    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
