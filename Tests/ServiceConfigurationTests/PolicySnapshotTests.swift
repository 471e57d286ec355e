import Diagnostics
import Policies
import ServiceConfiguration
import TestSupport
import Testing

@Suite("Policies of a configuration")
struct PolicySnapshotTests {
    @Test("The first pattern that matches decides")
    func firstMatch() throws {
        let bench = try Bench()
        for name in ["strict", "loose"] { try bench.policy(name) }
        let settings = try bench.load(
            """
            policies:
              - { customers: "acme-test", policy: loose.yaml }
              - { customers: "acme*", policy: strict.yaml }
              - { customers: "[bc]*", policy: loose.yaml }
            """)
        let snapshot = try PolicySnapshot(settings)
        #expect(snapshot.assignments.map(\.customers) == ["acme-test", "acme*", "[bc]*"])
        for (customer, policy) in [
            ("acme-test", "loose"), ("acme", "strict"), ("acme-two", "strict"), ("bulk", "loose"), ("zeta", nil),
            ("", nil),
        ] { #expect(snapshot.policy(for: customer)?.name == policy) }
    }

    @Test("The faults of all files are told, each file's once")
    func faults() throws {
        let bench = try Bench()
        try bench.policy("good")
        try bench.folder.write("name: bad\n", to: "bad.yaml")
        let settings = try bench.load(
            """
            policies:
              - { customers: a, policy: bad.yaml }
              - { customers: b, policy: bad.yaml }
              - { customers: c, policy: gone.yaml }
              - { customers: d, policy: good.yaml }
            """)
        do {
            _ = try PolicySnapshot(settings)
            Issue.record("the faults were not found")
        } catch {
            #expect(error.errors.map(\.code) == [.missingKey, .missingKey, .notFound])
            #expect(
                Set(error.errors.map { $0.location?.path }) == [
                    bench.folder.file("bad.yaml"), bench.folder.file("gone.yaml"),
                ])
        }
    }

    @Test(
        "Patterns are those of a shell",
        arguments: [
            ("*", "acme", true), ("*", "", true), ("acme", "acme", true), ("acme", "Acme", false),
            ("a?me", "acme", true),
            ("a?me", "ame", false), ("[ab]*", "bulk", true), ("[!ab]*", "bulk", false), ("a*e", "acme", true),
            ("a*e", "acmes", false), ("\\*", "*", true), ("\\*", "a", false), ("", "", true), ("", "a", false),
            ("[", "[", true), ("[", "a", false), ("*.acme", ".acme", true),
        ])
    func glob(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(globMatches(pattern, name) == matches)
    }
}
