import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("lethe doctor")
    struct DoctorTests {
        @Test("With a daemon that works it finds nothing; without one, or with a broken policy, it says what is wrong")
        func findings() throws {
            let fixture = try DaemonFixture()
            let before = try fixture.run("doctor")
            #expect(before.status == 1 && before.output.contains("FAIL  daemon:"))
            #expect(before.output.contains("ok    matrix product:"))
            try fixture.start()
            let running = try fixture.run("doctor")
            #expect(running.status == 0, "\(running.output)")
            #expect(
                running.output.contains("ok    signing key: id ") && running.output.contains("as the daemon has it"))
            try fixture.folder.write("{broken\n", to: "reference.jsonl")
            let broken = try fixture.run("doctor", "--json")
            #expect(broken.status == 1)
            #expect(broken.output.contains("reference.jsonl"))
        }
    }
}
