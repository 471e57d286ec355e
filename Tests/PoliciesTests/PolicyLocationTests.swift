import Diagnostics
import Policies
import Testing

@Suite("Where the policy is looked for")
struct PolicyLocationTests {
    private static let local = "policies/default.yaml"
    private static let system = "/etc/lethe/policies/default.yaml"

    @Test(
        "The option comes first, then the variable, then the folder here, then the system's",
        arguments: [
            ("a.yaml", "b.yaml", [local, system], "a.yaml"),
            (nil, "b.yaml", [local, system], "b.yaml"),
            (nil, "", [local, system], local),
            (nil, nil, [local, system], local),
            (nil, nil, [system], system),
            ("a.yaml", nil, [], "a.yaml"),
            (nil, "b.yaml", [], "b.yaml"),
        ] as [(String?, String?, [String], String)])
    func order(option: String?, variable: String?, existing: [String], expected: String) throws {
        var environment = ["HOME": "/root"]
        environment["LETHE_POLICY"] = variable
        let path = try PolicyLocation.resolve(option: option, environment: environment) { existing.contains($0) }
        #expect(path == expected)
    }

    @Test("Without any of them the error says how to name one")
    func none() {
        let error = #expect(throws: PolicyErrors.self) {
            try PolicyLocation.resolve(option: nil, environment: [:]) { _ in false }
        }
        #expect(error?.errors.map(\.code) == [.notFound])
        #expect(error?.description.contains("LETHE_POLICY") == true)
    }
}
