import Diagnostics
import Foundation
package import Policies

/// Reads the daemon's configuration.
package enum ServiceConfigurationLoader {
    /// The first of: the option, `LETHE_CONFIG`, `./etc/lethe.yaml`, `/etc/lethe/lethe.yaml`.
    ///
    /// - Throws: `PolicyErrors` where none is there.
    package static func resolve(
        option: String?, environment: [String: String],
        exists: (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) throws(PolicyErrors) -> String {
        if let path = option ?? environment["LETHE_CONFIG"].flatMap({ $0.isEmpty ? nil : $0 }) { return path }
        let places = ["etc/lethe.yaml", "/etc/lethe/lethe.yaml"]
        if let path = places.first(where: exists) { return path }
        throw PolicyErrors(errors: [
            PolicyError(
                .configurationNotFound, "no configuration: neither \(places.joined(separator: " nor ")) exists",
                remedy: "Name one by --config or LETHE_CONFIG")
        ])
    }

    /// Reads and checks a configuration.
    ///
    /// - Throws: `PolicyErrors` with every fault that was found.
    package static func load(_ path: String) throws(PolicyErrors) -> ServiceSettings {
        var (settings, digest) = try YAMLDocument.read(
            path: path, missing: .configurationNotFound, into: ServiceSettings(path: path, sha256: ""), read)
        settings.sha256 = digest
        return settings
    }

    private static func read(_ root: YAMLNode, _ settings: inout ServiceSettings, _ reader: inout YAMLReader) {
        let values = reader.mapping(
            root,
            keys: [
                "state", "socket", "model", "inbox", "policies", "watch_policies", "scoring", "retention", "audit",
                "webhooks", "operators", "fetch", "sources",
            ], required: ["policies"])
        let folder = (settings.path as NSString).deletingLastPathComponent
        if let value = path(values["state"], folder, &reader) { settings.stateFolder = value }
        if let value = path(values["socket"], folder, &reader) { settings.socketPath = value }
        settings.modelPath = path(values["model"], folder, &reader)
        if let node = values["watch_policies"] { settings.watchesPolicies = reader.bool(node) ?? false }
        if let node = values["inbox"] { readInbox(node, &settings.inbox, &reader) }
        if let node = values["scoring"] { readScoring(node, &settings.scoring, &reader) }
        if let node = values["retention"] { readRetention(node, &settings.retention, &reader) }
        if let node = values["audit"] {
            let values = reader.mapping(node, keys: ["key", "create_key", "checkpoint_records"])
            settings.audit.keyPath = path(values["key"], folder, &reader)
            if let node = values["create_key"] { settings.audit.createsKey = reader.bool(node) ?? false }
            set(&settings.audit.checkpointRecords, values["checkpoint_records"], 1...1_000_000, &reader)
        }
        for item in values["policies"].map({ reader.list($0) }) ?? [] {
            let values = reader.mapping(item, keys: ["customers", "policy"], required: ["customers", "policy"])
            guard let glob = values["customers"].flatMap({ reader.string($0) }),
                let policy = path(values["policy"], folder, &reader)
            else { continue }
            if let earlier = settings.policies.first(where: { $0.customers == glob || $0.customers == "*" }) {
                reader.report(
                    .duplicateKey, "`\(glob)` is never reached: `\(earlier.customers)` comes before it",
                    remedy: "Put the narrower pattern first, or remove one", at: item)
            }
            settings.policies.append(PolicyAssignment(customers: glob, policyPath: policy))
        }
        if let node = values["policies"], settings.policies.isEmpty, reader.errors.isEmpty {
            reader.report(.missingKey, "no policy is assigned to any customer", at: node)
        }
        for item in values["webhooks"].map({ reader.list($0) }) ?? [] {
            let values = reader.mapping(
                item, keys: ["id", "url", "customers", "secret_file", "secret_credential", "ca_file", "allow_http"],
                required: ["id", "url"])
            guard let id = values["id"].flatMap({ reader.string($0) }), let urlNode = values["url"],
                let url = reader.string(urlNode)
            else { continue }
            var webhook = WebhookSettings(id: id, url: url)
            if let node = values["customers"] { webhook.customers = reader.string(node) ?? "*" }
            webhook.secretPath = path(values["secret_file"], folder, &reader)
            if let node = values["secret_credential"] {
                webhook.secretCredential = reader.string(node)
                if webhook.secretPath != nil {
                    reader.report(
                        .duplicateKey, "a webhook has one secret: `secret_file` or `secret_credential`", at: node)
                }
            }
            webhook.certificateAuthorityPath = path(values["ca_file"], folder, &reader)
            if let node = values["allow_http"] { webhook.allowsPlainHTTP = reader.bool(node) ?? false }
            if !url.hasPrefix("https://"), !(webhook.allowsPlainHTTP && url.hasPrefix("http://")) {
                reader.report(
                    .outOfRange, "a webhook's URL begins with https://",
                    remedy: "Use TLS, or set `allow_http: true` for a receiver on this machine", at: urlNode)
            }
            if settings.webhooks.contains(where: { $0.id == id }) {
                reader.report(.duplicateKey, "two webhooks have the id `\(id)`", at: item)
            }
            settings.webhooks.append(webhook)
        }
        if let node = values["fetch"] { readFetch(node, folder, &settings.fetch, &reader) }
        for item in values["sources"].map({ reader.list($0) }) ?? [] {
            readSource(item, folder, &settings.sources, &reader)
        }
        settings.operators = values["operators"].map { reader.list($0) }?.compactMap { reader.string($0) } ?? []
    }

    private static func readInbox(_ node: YAMLNode, _ inbox: inout InboxSettings, _ reader: inout YAMLReader) {
        let values = reader.mapping(
            node, keys: ["rescan_seconds", "settle_seconds", "maximum_bytes", "minimum_free_bytes"])
        set(&inbox.rescanSeconds, values["rescan_seconds"], 1...86_400, &reader)
        set(&inbox.settleSeconds, values["settle_seconds"], 0...3600, &reader)
        set(&inbox.maximumBytes, values["maximum_bytes"], 1...Int(1 << 40), &reader)
        set(&inbox.minimumFreeBytes, values["minimum_free_bytes"], 0...Int(1 << 50), &reader)
    }

    private static func readScoring(_ node: YAMLNode, _ scoring: inout ScoringSettings, _ reader: inout YAMLReader) {
        let values = reader.mapping(
            node,
            keys: ["threads", "datasets_at_once", "checkpoint_seconds", "retry_seconds", "maximum_retry_seconds"])
        if let node = values["threads"] { scoring.threads = reader.integer(node, in: 1...1024) }
        set(&scoring.datasetsAtOnce, values["datasets_at_once"], 1...64, &reader)
        set(&scoring.checkpointSeconds, values["checkpoint_seconds"], 0...86_400, &reader)
        set(&scoring.retrySeconds, values["retry_seconds"], 0.01...86_400, &reader)
        set(&scoring.maximumRetrySeconds, values["maximum_retry_seconds"], 0.01...604_800, &reader)
    }

    private static func readRetention(
        _ node: YAMLNode, _ retention: inout RetentionSettings, _ reader: inout YAMLReader
    ) {
        let values = reader.mapping(
            node, keys: ["originals", "original_days", "quarantine_days", "cleared_days", "original_bytes"])
        if let node = values["originals"] {
            retention.originals = reader.choice(node, of: RetentionSettings.Originals.self) ?? .always
        }
        let days = 0...36_500
        if let node = values["original_days"] { retention.originalDays = reader.integer(node, in: days) }
        if let node = values["quarantine_days"] { retention.quarantineDays = reader.integer(node, in: days) }
        if let node = values["cleared_days"] { retention.clearedDays = reader.integer(node, in: days) }
        if let node = values["original_bytes"] {
            retention.originalBytes = reader.integer(node, in: 0...Int(1 << 50))
        }
    }

    /// A path; a relative one starts at the configuration's own folder.
    static func path(_ node: YAMLNode?, _ folder: String, _ reader: inout YAMLReader) -> String? {
        guard let node, let text = reader.string(node) else { return nil }
        return text.hasPrefix("/") || folder.isEmpty ? text : folder + "/" + text
    }

    static func set(
        _ target: inout Int, _ node: YAMLNode?, _ range: ClosedRange<Int>, _ reader: inout YAMLReader
    ) {
        if let node, let value = reader.integer(node, in: range) { target = value }
    }

    static func set(
        _ target: inout Double, _ node: YAMLNode?, _ range: ClosedRange<Double>, _ reader: inout YAMLReader
    ) {
        if let node, let value = reader.number(node, in: range) { target = value }
    }
}
