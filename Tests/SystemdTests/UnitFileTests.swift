import Foundation
import TestSupport
import Testing

@Suite(
    "Unit files",
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"),
        "systemd-analyze is not installed"))
struct UnitFileTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Runs the check on a folder of units, and returns its exit code and its complaints.
    private func check(_ units: String) throws -> (status: Int32, complaints: String) {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.root + "/scripts/check-units")
        process.arguments = [units]
        process.standardError = errors
        try process.run()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: complaints, as: UTF8.self))
    }

    @Test("The units load without a warning and are as little exposed as they promise")
    func shippedUnits() throws {
        let result = try check(Self.root + "/systemd")
        #expect(result.status == 0, "\(result.complaints)")
    }

    struct Spoilt: Sendable, CustomTestStringConvertible {
        var unit: String
        var old: String
        var new: String
        var complaint: String
        var testDescription: String { "\(unit): \(old) -> \(new)" }
    }

    @Test(
        "A unit with a misspelt key or a protection less does not pass",
        arguments: [
            Spoilt(
                unit: "lethed", old: "ProtectClock=yes", new: "ProtectClok=yes",
                complaint: "lethed.service does not load cleanly"),
            Spoilt(
                unit: "lethe-fetch", old: "Type=notify", new: "Type=notfy",
                complaint: "lethe-fetch.service does not load cleanly"),
            Spoilt(
                unit: "lethed", old: "/usr/local/bin/lethed", new: "/usr/nowhere/lethed",
                complaint: "lethed.service does not load cleanly"),
            Spoilt(
                unit: "lethed", old: "PrivateNetwork=yes", new: "PrivateNetwork=no",
                complaint: "lethed.service is above its exposure"),
            Spoilt(
                unit: "lethe-fetch", old: "CapabilityBoundingSet=\n", new: "",
                complaint: "lethe-fetch.service is above its exposure"),
        ])
    func spoiltUnits(spoilt: Spoilt) throws {
        let folder = try TemporaryFolder()
        for name in ["lethed.service", "lethe-fetch.service", "lethe.sysusers", "lethe.tmpfiles"] {
            var text = try String(contentsOfFile: "\(Self.root)/systemd/\(name)", encoding: .utf8)
            if name == "\(spoilt.unit).service" {
                #expect(text.contains(spoilt.old))
                text = text.replacing(spoilt.old, with: spoilt.new)
            }
            try folder.write(text, to: name)
        }
        let result = try check(folder.path)
        #expect(result.status == 1)
        #expect(result.complaints.contains(spoilt.complaint), "\(result.complaints)")
    }

    /// What would break the daemon, although it would lower the exposure.
    @Test("lethed may run generated code and sees its peers' users")
    func whatTheDaemonNeeds() throws {
        let unit = try String(contentsOfFile: Self.root + "/systemd/lethed.service", encoding: .utf8)
        let settings = unit.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(settings.contains("PrivateNetwork=yes"))
        #expect(!settings.contains { $0.hasPrefix("MemoryDenyWriteExecute=") || $0.hasPrefix("PrivateUsers=") })
    }
}
