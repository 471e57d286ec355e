import Foundation
import HTTPTransfer
import Intake
import Outbox
import Policies

extension ServiceConfigurationLoader {
    /// Reads `fetch`.
    static func readFetch(_ node: YAMLNode, _ folder: String, _ fetch: inout FetchSettings, _ reader: inout YAMLReader)
    {
        let values = reader.mapping(
            node,
            keys: [
                "maximum_bytes", "timeout_seconds", "stall_seconds", "bytes_per_second", "at_once", "retry_seconds",
                "maximum_retry_seconds", "give_up_seconds", "submit_hosts", "allow_hosts", "allow_private",
                "allow_files",
            ])
        set(&fetch.maximumBytes, values["maximum_bytes"], 1...Int(1 << 40), &reader)
        set(&fetch.timeoutSeconds, values["timeout_seconds"], 1...604_800, &reader)
        set(&fetch.stallSeconds, values["stall_seconds"], 1...3600, &reader)
        if let node = values["bytes_per_second"] { fetch.bytesPerSecond = reader.integer(node, in: 1...Int(1 << 40)) }
        set(&fetch.atOnce, values["at_once"], 1...32, &reader)
        set(&fetch.retrySeconds, values["retry_seconds"], 0.01...3600, &reader)
        set(&fetch.maximumRetrySeconds, values["maximum_retry_seconds"], 0.01...604_800, &reader)
        set(&fetch.giveUpSeconds, values["give_up_seconds"], 0...31_536_000, &reader)
        if let node = values["submit_hosts"] { fetch.submitHosts = hosts(node, &reader) }
        if let node = values["allow_hosts"] { fetch.redirectHosts = hosts(node, &reader) }
        if let node = values["allow_private"] { fetch.privateHosts = hosts(node, &reader) }
        fetch.fileFolders = folders(values["allow_files"], folder, &reader)
    }

    /// Reads one of `sources`.
    static func readSource(
        _ node: YAMLNode, _ folder: String, _ sources: inout [SourceSettings], _ reader: inout YAMLReader
    ) {
        let values = reader.mapping(
            node,
            keys: [
                "id", "customer", "url", "s3", "interval_seconds", "headers", "token_file", "token_credential",
                "sha256", "format", "maximum_bytes", "timeout_seconds", "bytes_per_second", "allow_hosts",
                "allow_private", "allow_files", "ca_file",
            ], required: ["id", "customer"])
        guard let idNode = values["id"], let id = reader.string(idNode), let customerNode = values["customer"],
            let customer = reader.string(customerNode)
        else { return }
        if !OutboxEndpoint.isIdentifier(id) || id.hasPrefix(".") {
            reader.report(
                .outOfRange, "a source's id has 1 to 64 letters, digits, `.`, `_` and `-`, and begins with no `.`",
                at: idNode)
        }
        if !InboxFile.isCustomer(customer) {
            reader.report(.outOfRange, "`\(customer)` cannot be a customer's name", at: customerNode)
        }
        var source = SourceSettings(id: id, customer: customer)
        switch (values["url"], values["s3"]) {
        case (let url?, nil): source.url = sourceURL(url, &reader)
        case (nil, let store?): source.store = readStore(store, folder, &reader)
        default: reader.report(.missingKey, "a source has one of `url` and `s3`", at: node)
        }
        set(&source.intervalSeconds, values["interval_seconds"], 1...31_536_000, &reader)
        if let node = values["headers"] { source.headers = headers(node, &reader) }
        source.token = secret(values, "token", folder, &reader)
        let authorizations = [
            source.token != nil, source.store?.accessKey != nil,
            source.headers.keys.contains { $0.lowercased() == "authorization" },
        ]
        if authorizations.count(where: \.self) > 1 {
            reader.report(
                .duplicateKey, "a source has one authorization: a token, the key of a store, or a header field",
                at: node)
        }
        if let node = values["sha256"], let text = reader.string(node) {
            let isHash =
                text.utf8.count == 64
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            if !isHash { reader.report(.outOfRange, "a SHA-256 has 64 small hexadecimal digits", at: node) }
            source.sha256 = text
        }
        if let node = values["format"], let text = reader.string(node) {
            let isPlain = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: ".")
            }
            if !isPlain || text.count > 16 || text.hasPrefix(".") || text.hasSuffix(".") {
                reader.report(
                    .outOfRange, "a format is the end of a name, such as `jsonl` or `csv.gz`", at: node)
            }
            source.format = text
        }
        if let node = values["maximum_bytes"] { source.maximumBytes = reader.integer(node, in: 1...Int(1 << 40)) }
        if let node = values["timeout_seconds"] { source.timeoutSeconds = reader.number(node, in: 1...604_800) }
        if let node = values["bytes_per_second"] { source.bytesPerSecond = reader.integer(node, in: 1...Int(1 << 40)) }
        if let node = values["allow_hosts"] { source.redirectHosts = hosts(node, &reader) }
        if let node = values["allow_private"] { source.privateHosts = hosts(node, &reader) }
        source.fileFolders = folders(values["allow_files"], folder, &reader)
        source.certificateAuthorityPath = path(values["ca_file"], folder, &reader)
        if sources.contains(where: { $0.id == id }) {
            reader.report(.duplicateKey, "two sources have the id `\(id)`", at: idNode)
        }
        sources.append(source)
    }

    private static func readStore(
        _ node: YAMLNode, _ folder: String, _ reader: inout YAMLReader
    ) -> SourceSettings.Store? {
        let values = reader.mapping(
            node,
            keys: [
                "endpoint", "region", "bucket", "prefix", "access_key_file", "access_key_credential",
                "secret_key_file", "secret_key_credential",
            ], required: ["endpoint", "bucket"])
        guard let endpointNode = values["endpoint"], let endpoint = reader.string(endpointNode),
            let bucket = values["bucket"].flatMap({ reader.string($0) })
        else { return nil }
        let url = try? TransferURL(endpoint)
        if url == nil || url?.path != "/" || endpoint.contains("?") {
            reader.report(
                .outOfRange, "the endpoint of a store is a URL without a path",
                remedy: "Write https:// and the store's host", at: endpointNode)
        }
        var store = SourceSettings.Store(endpoint: endpoint, bucket: bucket)
        if let node = values["region"], let region = reader.string(node) {
            // It becomes part of what libcurl reads as colon-separated fields.
            if !region.utf8.allSatisfy({ OutboxEndpoint.isIdentifier(String(UnicodeScalar($0))) }) {
                reader.report(.outOfRange, "a region has letters, digits and hyphens", at: node)
            }
            store.region = region
        }
        if let node = values["prefix"] { store.prefix = reader.string(node) ?? "" }
        store.accessKey = secret(values, "access_key", folder, &reader)
        store.secretKey = secret(values, "secret_key", folder, &reader)
        if (store.accessKey == nil) != (store.secretKey == nil) {
            reader.report(.missingKey, "a store has both an access key and a secret key, or neither", at: node)
        }
        return store
    }

    private static func sourceURL(_ node: YAMLNode, _ reader: inout YAMLReader) -> String? {
        guard let text = reader.string(node) else { return nil }
        if text.hasPrefix("file:///") || (try? TransferURL(text)) != nil { return text }
        reader.report(
            .outOfRange, "the URL cannot be used",
            remedy: "Begin it with https://, http:// or file:///, without user and password", at: node)
        return nil
    }

    private static func headers(_ node: YAMLNode, _ reader: inout YAMLReader) -> [String: String] {
        guard case .mapping(let pairs) = node.content else {
            reader.report(.wrongType, "a mapping of names and texts is expected here", at: node)
            return [:]
        }
        var headers: [String: String] = [:]
        // What the transfer itself says, and what would change its meaning.
        let reserved = [
            "accept-encoding", "connection", "content-length", "expect", "host", "if-modified-since", "if-none-match",
            "if-range", "range", "te", "transfer-encoding", "upgrade",
        ]
        for (key, value) in pairs {
            guard let name = reader.string(key), let text = reader.string(value) else { continue }
            let isToken = name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
            if !isToken || text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                reader.report(.outOfRange, "this cannot be a header field", at: key)
            } else if reserved.contains(name.lowercased()) {
                reader.report(.outOfRange, "the header field `\(name)` is not a source's to set", at: key)
            } else if headers.keys.contains(where: { $0.lowercased() == name.lowercased() }) {
                reader.report(.duplicateKey, "the header field `\(name)` stands twice", at: key)
            }
            headers[name] = text
        }
        return headers
    }

    private static func secret(
        _ values: [String: YAMLNode], _ name: String, _ folder: String, _ reader: inout YAMLReader
    ) -> SecretSettings? {
        let file = path(values[name + "_file"], folder, &reader)
        guard let node = values[name + "_credential"] else { return file.map(SecretSettings.file) }
        let credential = reader.string(node)
        if file != nil {
            reader.report(.duplicateKey, "give one of `\(name)_file` and `\(name)_credential`", at: node)
        }
        if credential?.contains("/") == true {
            reader.report(.outOfRange, "the name of a credential holds no slash", at: node)
        }
        return credential.map(SecretSettings.credential)
    }

    private static func hosts(_ node: YAMLNode, _ reader: inout YAMLReader) -> [String] {
        reader.list(node).compactMap { reader.string($0)?.lowercased() }
    }

    private static func folders(_ node: YAMLNode?, _ folder: String, _ reader: inout YAMLReader) -> [String] {
        guard let node else { return [] }
        return reader.list(node).compactMap { path($0, folder, &reader) }
    }
}
