import Foundation
import Moderation
import Storage

/// One file to fetch, as it is kept between tries.
struct FetchJob: Sendable, Hashable, Codable {
    /// The transfer's id, a ULID.
    var id: String

    /// The source that it is for; `nil` for a one-off request.
    var source: String?

    /// Whose dataset it is.
    var customer: String

    /// Where the file is, which may be secret.
    var url: String

    /// The dataset's name.
    var name: String

    /// What the file must hold.
    var sha256: String?

    /// The object's key in its bucket; `nil` where it is no object.
    var key: String?

    /// What the listing said of the object's content.
    var listedTag: String?

    /// What the source last had: nothing is fetched while it has that still.
    var knownTag: String?

    /// When what the source last had was changed, as its server tells it.
    var knownDate: String?

    /// Where that is kept, by `Transfer.place`: what another place sends under the same tag is something else.
    var knownPlace: String?

    /// How many tries have failed.
    var failures = 0

    /// When the first try was made.
    var first: Date?

    /// When the next try is due.
    var next: Date

    /// Why the latest try failed.
    var error: String?

    /// The strong entity tag of what the part file is the beginning of.
    var partTag: String?

    /// A hash of that tag and of the place that it is from, which the part file's name holds.
    var partMark: String?

    /// How many bytes the whole file has, if the server has told.
    var total: Int?

    /// How many bytes had come at the end of the latest try.
    var partBytes = 0

    /// What the transfer has come to, once it has ended.
    var ending: Ending?

    /// What a transfer has come to.
    struct Ending: Sendable, Hashable, Codable {
        /// What was fetched; `nil` if the transfer was given up.
        var sha256: String?

        /// Bytes that came.
        var bytes: Int

        /// The file's entity tag.
        var tag: String?

        /// The file's time of change.
        var date: String?

        /// Where it came from in the end, by `Transfer.place`.
        var place: String?

        /// Why it was given up.
        var error: String?

        /// When it ended.
        var time: Date
    }
}

/// What is known of a source between its looks.
struct SourceState: Sendable, Hashable, Codable {
    /// What the source was when this was learnt; everything is forgotten when it becomes another.
    var fingerprint: String

    /// When the next look is due.
    var next: Date

    /// How many looks in a row have failed.
    var failures = 0

    /// Why the latest look failed.
    var error: String?

    /// The entity tag of the file that was fetched last.
    var tag: String?

    /// Its time of change, as the server tells it.
    var date: String?

    /// Where it came from in the end, by `Transfer.place`.
    var place: String?

    /// Its SHA-256.
    var sha256: String?

    /// The marks of the objects that were fetched or given up last.
    ///
    /// Keys and tags themselves would make the state of a bucket as large as its owner likes.
    var objects: Set<String> = []

    /// A hash of an object's key and of what the listing says of its content.
    static func mark(key: String, tag: String) -> String {
        String(Storage.sha256(of: Array("\(key.utf8.count):\(key)\(tag)".utf8)).prefix(32))
    }
}

/// By hand, so that a field that a version before did not write has its default.
extension FetchJob {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? { try values.decodeIfPresent(String.self, forKey: key) }
        self.init(
            id: try values.decode(String.self, forKey: .id), source: try text(.source),
            customer: try values.decode(String.self, forKey: .customer),
            url: try values.decode(String.self, forKey: .url), name: try values.decode(String.self, forKey: .name),
            sha256: try text(.sha256), key: try text(.key), listedTag: try text(.listedTag),
            knownTag: try text(.knownTag), knownDate: try text(.knownDate), knownPlace: try text(.knownPlace),
            failures: try values.decodeIfPresent(Int.self, forKey: .failures) ?? 0,
            first: try values.decodeIfPresent(Date.self, forKey: .first),
            next: try values.decode(Date.self, forKey: .next), error: try text(.error), partTag: try text(.partTag),
            partMark: try text(.partMark), total: try values.decodeIfPresent(Int.self, forKey: .total),
            partBytes: try values.decodeIfPresent(Int.self, forKey: .partBytes) ?? 0,
            ending: try values.decodeIfPresent(Ending.self, forKey: .ending))
    }
}

extension SourceState {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? { try values.decodeIfPresent(String.self, forKey: key) }
        self.init(
            fingerprint: try values.decode(String.self, forKey: .fingerprint),
            next: try values.decode(Date.self, forKey: .next),
            failures: try values.decodeIfPresent(Int.self, forKey: .failures) ?? 0, error: try text(.error),
            tag: try text(.tag), date: try text(.date), place: try text(.place), sha256: try text(.sha256),
            objects: try values.decodeIfPresent(Set<String>.self, forKey: .objects) ?? [])
    }
}
