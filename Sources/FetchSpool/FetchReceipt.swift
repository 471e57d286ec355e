package import Foundation
import Intake
package import Moderation
import Storage

/// What became of a transfer: the fetcher's last word on it, for the daemon to record.
package struct FetchReceipt: Sendable, Hashable {
    /// The transfer's id.
    package var id: DatasetID

    /// The source's id; `nil` for a one-off request.
    package var source: String?

    /// Whose dataset it is.
    package var customer: String

    /// The dataset's name, which is that of the file.
    package var name: String

    /// The host of the URL, without user, port, path and query; empty for a file of this machine.
    package var host: String

    /// What was fetched; `nil` if the transfer was given up.
    package var sha256: String?

    /// The size of the file, or of what came of it.
    package var bytes: Int

    /// How many times it was tried.
    package var attempts: Int

    /// When it ended, to the millisecond.
    package var time: Date

    /// Why it was given up: a code.
    package var error: String?

    /// Creates a receipt.
    package init(
        id: DatasetID, source: String?, customer: String, name: String, host: String, sha256: String?, bytes: Int,
        attempts: Int, time: Date, error: String?
    ) {
        self.id = id
        self.source = source
        self.customer = customer
        self.name = name
        self.host = host
        self.sha256 = sha256
        self.bytes = bytes
        self.attempts = attempts
        self.time = time
        self.error = error
    }
}

extension FetchReceipt: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, source, customer, name, host, sha256, bytes, attempts, time, error
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard let id = DatasetID(try values.decode(String.self, forKey: .id)) else {
            throw DecodingError.dataCorruptedError(forKey: .id, in: values, debugDescription: "no ULID")
        }
        self.init(
            id: id, source: try values.decodeIfPresent(String.self, forKey: .source),
            customer: try values.decode(String.self, forKey: .customer),
            name: try values.decode(String.self, forKey: .name), host: try values.decode(String.self, forKey: .host),
            sha256: try values.decodeIfPresent(String.self, forKey: .sha256),
            bytes: try values.decode(Int.self, forKey: .bytes),
            attempts: try values.decode(Int.self, forKey: .attempts),
            time: try values.decode(Date.self, forKey: .time),
            error: try values.decodeIfPresent(String.self, forKey: .error))
        guard InboxFile.isCustomer(customer), !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
            !InboxFile.isIgnored(name)
        else {
            throw DecodingError.dataCorruptedError(forKey: .name, in: values, debugDescription: "no dataset's name")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(id.description, forKey: .id)
        try values.encodeIfPresent(source, forKey: .source)
        try values.encode(customer, forKey: .customer)
        try values.encode(name, forKey: .name)
        try values.encode(host, forKey: .host)
        try values.encodeIfPresent(sha256, forKey: .sha256)
        try values.encode(bytes, forKey: .bytes)
        try values.encode(attempts, forKey: .attempts)
        try values.encode(time, forKey: .time)
        try values.encodeIfPresent(error, forKey: .error)
    }
}

extension FetchSpool {
    /// Hands on a whole file, by rename, or the end of a transfer without one.
    ///
    /// - Parameter file: the whole file, on the disk, in one of the spool's folders; `nil` without one.
    package func finish(_ receipt: FetchReceipt, file: String?) throws(FetchSpoolError) {
        // In this order: a receipt says that its file is there, or was taken.
        if let file {
            do {
                try Folder.create(readyFolder(receipt.id), mode: 0o700)
                try Folder.move(file, to: readyFile(receipt))
            } catch {
                throw FetchSpoolError(.writeFailed, error)
            }
        }
        try write(receipt, to: "\(ready)/\(receipt.id).json")
    }

    /// The receipt of a transfer; `nil` if there is none.
    package func receipt(_ id: DatasetID) throws(FetchSpoolError) -> FetchReceipt? {
        let receipt = try read(FetchReceipt.self, at: "\(ready)/\(id).json")
        guard receipt == nil || receipt?.id == id else {
            throw FetchSpoolError(.malformedFile, "the receipt has another id", path: "\(ready)/\(id).json")
        }
        return receipt
    }

    /// The receipts that wait to be taken, in the order of their ids.
    package func receipts() throws(FetchSpoolError) -> [DatasetID] {
        try names(in: ready).compactMap { DatasetID($0) }
    }

    /// Removes a receipt, once what it says is recorded and its file taken.
    package func removeReceipt(_ id: DatasetID) throws(FetchSpoolError) {
        // A folder that is a link goes alone; one with entries stays, since it may not be what it was a moment ago.
        try? discard(readyFolder(id))
        try discard("\(ready)/\(id).json")
    }
}
