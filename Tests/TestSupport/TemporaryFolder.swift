import Foundation

/// A folder of its own for one test, removed when the value is released.
package final class TemporaryFolder: Sendable {
    /// The folder's path.
    package let path: String

    /// Creates the folder under the system's temporary folder.
    package init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file inside the folder.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file inside the folder and returns its path.
    @discardableResult
    package func write(_ contents: [UInt8], to name: String) throws -> String {
        try Data(contents).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// Writes a text file inside the folder and returns its path.
    @discardableResult
    package func write(_ contents: String, to name: String) throws -> String {
        try write(Array(contents.utf8), to: name)
    }
}
