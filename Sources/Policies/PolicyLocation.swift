/// Where the policy is looked for.
package enum PolicyLocation {
    /// The first of: the option, `LETHE_POLICY`, `./policies/default.yaml`, `/etc/lethe/policies/default.yaml`.
    ///
    /// The first two are taken as they are; a path that does not exist is then an error of reading it.
    package static func resolve(
        option: String?, environment: [String: String], exists: (String) -> Bool
    ) throws(PolicyErrors) -> String {
        if let option { return option }
        if let path = environment["LETHE_POLICY"], !path.isEmpty { return path }
        let places = ["policies/default.yaml", "/etc/lethe/policies/default.yaml"]
        if let path = places.first(where: exists) { return path }
        throw PolicyErrors(errors: [
            PolicyError(
                .notFound, "no policy: neither \(places.joined(separator: " nor ")) exists",
                remedy: "Name one by --policy or LETHE_POLICY")
        ])
    }
}
