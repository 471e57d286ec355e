import Foundation
import Intake

/// The name that a fetched file has as a dataset.
enum DatasetName {
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
