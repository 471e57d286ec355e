import AuditLog
import Diagnostics
import Testing

@Suite("Where the database lies")
struct AuditLocationTests {
    @Test(
        "The option stands above the variable, the service's database, and the user's own",
        arguments: [
            ("/x.db", ["LETHE_AUDIT_DB": "/y.db", "HOME": "/h"], true, "/x.db"),
            (nil, ["LETHE_AUDIT_DB": "/y.db", "HOME": "/h"], true, "/y.db"),
            (nil, ["LETHE_AUDIT_DB": "", "HOME": "/h"], true, "/var/lib/lethe/audit.sqlite"),
            (nil, ["XDG_STATE_HOME": "/s", "HOME": "/h"], false, "/s/lethe/audit.sqlite"),
            (nil, ["XDG_STATE_HOME": "relative", "HOME": "/h"], false, "/h/.local/state/lethe/audit.sqlite"),
            (nil, ["HOME": "/h"], false, "/h/.local/state/lethe/audit.sqlite"),
        ] as [(String?, [String: String], Bool, String)])
    func resolve(_ option: String?, _ environment: [String: String], _ hasSystem: Bool, _ path: String) throws {
        let found = try AuditLocation.resolve(option: option, environment: environment) {
            hasSystem && $0 == AuditLocation.system
        }
        #expect(found == path)
    }

    @Test("Without a home folder there is none")
    func homeless() throws {
        let error = try #require(throws: AuditError.self) {
            try AuditLocation.resolve(option: nil, environment: [:]) { _ in false }
        }
        #expect(error.code == .noLocation)
    }
}
