import Foundation
import Intake

/// The name that a fetched file has as a dataset.
enum DatasetName {
    /// The endings of names that say how a file is read, without that of its compression.
    private static let endings: Set<String> = ["jsonl", "ndjson", "json", "csv", "tsv", "tab"]

    /// The name of a URL's dataset: the last part of its path where that ends as a dataset's file does.
    ///
    /// Else it may be what opens the URL, and a dataset's name stands in records and messages.
    ///
    /// - Parameters:
    ///   - url: where the file is.
    ///   - id: of the source or of the transfer.
    ///   - format: as for `of(path:format:)`.
    static func of(url: String, id: String, format: String?) -> String {
        let path = URLComponents(string: url)?.path ?? ""
        var parts = path.split(separator: "/").last?.lowercased().split(separator: ".").map(String.init) ?? []
        if let last = parts.last, ["gz", "zst"].contains(last) { parts.removeLast() }
        let isPlain = parts.count > 1 && parts.last.map(endings.contains) == true
        return of(path: isPlain ? path : "dataset-\(id)", format: format)
    }

    /// The last part of a path, with everything but letters, digits and `-_.@+` replaced.
    ///
    /// - Parameters:
    ///   - path: of a URL, decoded; or an object's key.
    ///   - format: what the name must end in, without the full stop.
    static func of(path: String, format: String?) -> String {
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        var name = String(
            last.unicodeScalars.map { scalar -> Character in
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_.@+".unicodeScalars.contains(scalar))
                return isPlain ? Character(scalar) : "_"
            })
        // The beginning can go: what follows the last full stop says how the file is read.
        name = String(name.suffix(160).drop { $0 == "." })
        if name.isEmpty { name = "dataset" }
        if let format, !name.lowercased().hasSuffix("." + format.lowercased()) { name += "." + format }
        return InboxFile.isIgnored(name) ? name + ".jsonl" : name
    }
}
