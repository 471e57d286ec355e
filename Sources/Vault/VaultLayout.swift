import Datasets
package import Moderation
package import Storage

/// Where everything lies under the state folder; all of it on one filesystem, so that moves are renames.
package struct VaultLayout: Sendable, Hashable {
    /// The state folder.
    package let root: String

    /// Creates the layout of a state folder.
    package init(root: String) {
        self.root = root
    }

    /// Where customers' files are dropped, a folder each.
    package var inbox: String { root + "/inbox" }

    /// Files that were taken out of the inbox and have no verdict yet.
    package var claims: String { root + "/claims" }

    /// Customers' own files after the verdict.
    package var originals: String { root + "/originals" }

    /// What may be learnt.
    package var cleared: String { root + "/cleared" }

    /// Removed rows.
    package var quarantine: String { root + "/quarantine" }

    /// Reports.
    package var reports: String { root + "/reports" }

    /// Work under way: staged output and training checkpoints.
    package var work: String { root + "/work" }

    /// Messages for receivers of verdicts.
    package var outbox: String { root + "/outbox" }

    /// What is shared with the process that fetches datasets.
    package var fetched: String { root + "/fetched" }

    /// The audit log.
    package var auditDatabase: String { root + "/audit.sqlite" }

    /// Makes every folder that is not there.
    ///
    /// The inbox is for the group to write into; quarantined rows are for the daemon alone.
    package func createFolders() throws(StorageError) {
        try Folder.create(root)
        try Folder.create(inbox, mode: 0o2770)
        for path in [claims, work, quarantine, originals] { try Folder.create(path, mode: 0o700) }
        for path in [cleared, reports] { try Folder.create(path) }
        try Folder.create(outbox, mode: 0o700)
    }

    /// A dataset's cleared output.
    package func clearedFolder(_ id: DatasetID, customer: String) -> String { "\(cleared)/\(customer)/\(id)" }

    /// A dataset's removed rows.
    package func quarantineFolder(_ id: DatasetID) -> String { "\(quarantine)/\(id)" }

    /// A dataset's report.
    package func report(_ id: DatasetID) -> String { "\(reports)/\(id).json" }

    /// A dataset's work under way.
    package func workFolder(_ id: DatasetID) -> String { "\(work)/\(id)" }

    /// A dataset's saved training.
    package func checkpoint(_ id: DatasetID) -> String { workFolder(id) + "/training" }

    /// The name of a cleared file: `data` with the dataset's own ending.
    package static func dataName(for name: String) -> String { "data.\(DatasetFormat.ending(ofName: name))" }
}
