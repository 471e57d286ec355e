import Foundation
package import Moderation
package import Storage

/// Customers' files on their way from the inbox to the cleared output and the quarantine.
///
/// Every method blocks, and leaves its result on the disk. Each can be repeated after a crash.
package struct Vault: Sendable {
    /// Where everything lies.
    package let layout: VaultLayout

    /// Creates the vault of a layout.
    package init(_ layout: VaultLayout) {
        self.layout = layout
    }

    /// Takes a file out of the inbox.
    ///
    /// The folders name the dataset and its customer, so that a claim can be recognised without the database.
    package func claim(_ path: String, id: DatasetID, customer: String) throws(StorageError) {
        let folder = "\(layout.claims)/\(id)/\(customer)"
        try Folder.create(folder, mode: 0o700)
        try Folder.move(path, to: "\(folder)/\((path as NSString).lastPathComponent)")
    }

    /// The customer's own file, in the claims or among the originals; `nil` if it is not kept.
    package func original(_ id: DatasetID) throws(StorageError) -> String? {
        for root in [layout.claims, layout.originals] {
            for customer in try Folder.names("\(root)/\(id)") {
                let folder = "\(root)/\(id)/\(customer)"
                if let name = try Folder.names(folder).first { return "\(folder)/\(name)" }
            }
        }
        return nil
    }

    /// The customer's own file.
    ///
    /// - Throws: `VaultError` if it is not kept.
    package func requireOriginal(_ id: DatasetID) throws -> String {
        if let path = try original(id) { return path }
        throw VaultError(
            .originalMissing, "the customer's file of dataset \(id) is not kept",
            remedy: "Ask the customer to send it again", path: "\(layout.originals)/\(id)")
    }

    /// Ends a claim: the file goes among the originals, or is removed.
    package func settle(_ id: DatasetID, keepsOriginal: Bool) throws(StorageError) {
        let claim = "\(layout.claims)/\(id)"
        if try FileStatus.of(claim) != nil {
            if keepsOriginal {
                try Folder.move(claim, to: "\(layout.originals)/\(id)")
            } else {
                try Folder.remove(claim)
            }
        } else if !keepsOriginal {
            try Folder.remove("\(layout.originals)/\(id)")
        }
        try Folder.remove(layout.workFolder(id))
    }

    /// Claims on the disk, with their customers.
    package func claims() throws(StorageError) -> [(id: DatasetID, customer: String)] {
        var claims: [(DatasetID, String)] = []
        for name in try Folder.names(layout.claims) {
            guard let id = DatasetID(name), let customer = try Folder.names("\(layout.claims)/\(name)").first
            else { continue }
            claims.append((id, customer))
        }
        return claims
    }
}
