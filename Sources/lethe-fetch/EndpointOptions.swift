import ArgumentParser
import Diagnostics
import FetchSpool
import Fetching
import Outbox
import ServiceConfiguration
import Storage

/// What lethe-fetch works on.
struct DeliverySettings {
    var outbox: Outbox
    var endpoints: [OutboxEndpoint]
    /// What is fetched and where to; `nil` where no configuration was read.
    var fetching: (spool: FetchSpool, settings: FetcherSettings)?
}

/// The outbox and its endpoints: the configuration's, or given on the command line.
struct EndpointOptions: ParsableArguments {
    @Option(help: "The configuration of lethed.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The folder that lethed writes messages into, instead of the configuration's.", valueName: "folder"))
    var outbox: String?

    @Option(help: ArgumentHelp("An endpoint's id and URL; can be given several times.", valueName: "id=url"))
    var endpoint: [Assignment] = []

    @Option(
        help: ArgumentHelp(
            "The file with the key that an endpoint's messages are signed with, without line breaks at its end.",
            valueName: "id=path"))
    var secretFile: [Assignment] = []

    @Option(
        help: ArgumentHelp(
            "A PEM file of the certificate authorities to trust for an endpoint, instead of the system's.",
            valueName: "id=path"))
    var caFile: [Assignment] = []

    @Flag(help: "Let URLs begin with http://: for receivers on this machine.")
    var allowHttp = false

    func validate() throws {
        guard outbox != nil || endpoint.isEmpty else {
            throw ValidationError("--endpoint needs --outbox; without it the configuration names both.")
        }
        let known = Set(endpoint.map(\.id))
        guard known.count == endpoint.count else { throw ValidationError("--endpoint names an id twice.") }
        for (option, assignments) in [("--secret-file", secretFile), ("--ca-file", caFile)] {
            let ids = assignments.map(\.id)
            guard Set(ids).count == ids.count else { throw ValidationError("\(option) names an id twice.") }
            for id in ids where !known.contains(id) {
                throw ValidationError("\(option) names \(id), which no --endpoint does.")
            }
        }
    }

    /// The outbox and endpoints of the configuration, or of the command line.
    func settings(_ environment: [String: String]) throws -> DeliverySettings {
        if let outbox { return try settings(outbox: outbox) }
        let settings = try ServiceConfigurationLoader.load(
            ServiceConfigurationLoader.resolve(option: config, environment: environment))
        return DeliverySettings(
            outbox: try Outbox(folder: settings.stateFolder + "/outbox"),
            endpoints: try settings.webhooks.map { webhook in
                try OutboxEndpoint(
                    id: webhook.id, url: webhook.url,
                    secret: try webhook.secret(environment).map(Secrets.bytes),
                    certificateAuthorityPath: webhook.certificateAuthorityPath,
                    allowsPlainHTTP: webhook.allowsPlainHTTP)
            },
            fetching: (
                FetchSpool(root: settings.stateFolder + "/fetched"),
                try FetcherSettings(settings, environment: environment)
            ))
    }

    /// Reads the secrets and puts everything together.
    private func settings(outbox: String) throws -> DeliverySettings {
        let authorities = Dictionary(uniqueKeysWithValues: caFile.map { ($0.id, $0.value) })
        let secrets = Dictionary(uniqueKeysWithValues: secretFile.map { ($0.id, $0.value) })
        return DeliverySettings(
            outbox: try Outbox(folder: outbox),
            endpoints: try endpoint.map { endpoint in
                try OutboxEndpoint(
                    id: endpoint.id, url: endpoint.value,
                    secret: try secrets[endpoint.id].map(Secrets.bytes),
                    certificateAuthorityPath: authorities[endpoint.id], allowsPlainHTTP: allowHttp)
            })
    }
}

/// An option's `id=value`.
struct Assignment: ExpressibleByArgument {
    var id: String
    var value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        id = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
        if value.isEmpty { return nil }
    }
}
