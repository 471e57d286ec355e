import Foundation
package import Storage

/// The inbox folder as it lies on the disk.
package struct Inbox: Sendable {
    /// The folder.
    package let root: String

    /// Folders below a customer's own that are looked into.
    package static let maximumDepth = 8

    /// Creates the inbox of a folder.
    package init(root: String) {
        self.root = root
    }

    /// A look at the whole inbox.
    package struct Listing: Sendable {
        /// Everything that is no folder and not ignored, and folders that lie too deep; sorted by path.
        package var files: [InboxFile] = []

        /// Every folder, the inbox itself first.
        package var folders: [String] = []
    }

    /// Looks at the whole inbox.
    ///
    /// - Throws: `StorageError` where the inbox itself cannot be read; what vanishes meanwhile is left out.
    package func list() throws(StorageError) -> Listing {
        var listing = Listing()
        listing.folders.append(root)
        for entry in try entries(root) {
            visit(entry, root + "/" + entry.name, customer: nil, name: entry.name, depth: 0, &listing)
        }
        return listing
    }

    /// The file at a path inside the inbox; `nil` if it is ignored, gone, or a folder.
    package func file(_ path: String) -> InboxFile? {
        // By bytes: a slash with a combining mark behind it is one character, and yet a slash to the system.
        let prefix = Array((root + "/").utf8)
        guard path.utf8.starts(with: prefix) else { return nil }
        let parts = path.utf8.dropFirst(prefix.count).split(separator: UInt8(ascii: "/")).map {
            String(Substring($0))
        }
        guard !parts.isEmpty, !parts.contains(where: InboxFile.isIgnored),
            let status = try? FileStatus.of(path), status.kind != .folder
        else { return nil }
        return InboxFile(
            path: path, customer: parts.count > 1 ? parts[0] : nil,
            name: parts.count > 1 ? parts.dropFirst().joined(separator: "/") : parts[0], status: status)
    }

    private func visit(
        _ entry: Folder.Entry, _ path: String, customer: String?, name: String, depth: Int,
        _ listing: inout Listing
    ) {
        guard !InboxFile.isIgnored(entry.name) else { return }
        guard entry.isText, entry.status.kind == .folder, depth <= Inbox.maximumDepth else {
            var file = InboxFile(path: path, customer: customer, name: name, status: entry.status)
            file.isNameText = entry.isText
            listing.files.append(file)
            return
        }
        listing.folders.append(path)
        for entry in (try? entries(path)) ?? [] {
            visit(
                entry, path + "/" + entry.name, customer: customer ?? name,
                name: customer == nil ? entry.name : name + "/" + entry.name, depth: depth + 1, &listing)
        }
    }

    private func entries(_ path: String) throws(StorageError) -> [Folder.Entry] {
        do {
            return try Folder.entries(path)
        } catch {
            throw StorageError(
                .readFailed, "cannot read the inbox's folder",
                remedy: "Make it, and give the user that runs lethed access to it", path: path)
        }
    }
}
