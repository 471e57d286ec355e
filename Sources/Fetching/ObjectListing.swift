import Foundation
import FoundationXML

/// A page of an S3-compatible store's list of objects: what `ListObjectsV2` answers.
struct ObjectListing: Equatable {
    /// An object of the list.
    struct Entry: Equatable {
        var key: String
        var tag: String
        var size: Int
    }

    /// The most bytes that an answer may have: 1,000 keys of 1,024 bytes, encoded, and as much again.
    static let maximumBytes = 8 << 20

    /// The most bytes that a key has, by the stores' own rules, and that a tag may have.
    static let maximumKeyBytes = 1024
    static let maximumTagBytes = 256

    /// The objects.
    var entries: [Entry] = []

    /// What the next page is asked for with; `nil` at the end.
    var continuation: String?

    /// Reads an answer.
    ///
    /// - Throws: `invalid-response` if it is no such list, or has more or deeper elements than one has.
    init(_ bytes: [UInt8]) throws(FetchError) {
        let reader = ListingReader()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard !ListingReader.declaresTypes(bytes), parser.parse(), reader.isComplete else {
            throw FetchError(.invalidResponse, "the store's list of objects cannot be read")
        }
        entries = reader.entries
        if reader.isTruncated {
            guard let token = reader.token, !token.isEmpty else {
                throw FetchError(.invalidResponse, "the store's list of objects says of no next page how to get it")
            }
            continuation = token
        }
    }
}

/// Collects what a list of objects says.
private final class ListingReader: NSObject, XMLParserDelegate {
    var entries: [ObjectListing.Entry] = []
    var isTruncated = false
    var token: String?
    var isComplete = false

    private var path: [String] = []
    private var text = ""
    private var key: String?
    private var tag: String?
    private var size: Int?
    private var isEncoded = false

    /// Whether a text has a declaration of types or entities, which no list has and which can make a small text large.
    ///
    /// In an encoding of two or four bytes it would not be seen; such a text holds zero bytes.
    static func declaresTypes(_ bytes: [UInt8]) -> Bool {
        bytes.contains(0) || String(decoding: bytes.prefix(ObjectListing.maximumBytes), as: UTF8.self).contains("<!")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        path.append(name)
        text = ""
        if path == ["ListBucketResult", "Contents"] { (key, tag, size) = (nil, nil, nil) }
        if path.count > 8 || entries.count > 1000 || (path.count == 1 && name != "ListBucketResult") {
            parser.abortParsing()
        }
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) {
        if text.utf8.count + characters.utf8.count > 16_384 { return parser.abortParsing() }
        text += characters
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        switch path.dropFirst().joined(separator: "/") {
        case "": isComplete = true
        case "EncodingType": isEncoded = text == "url"
        case "IsTruncated": isTruncated = text == "true"
        case "NextContinuationToken": token = text
        case "Contents/Key": key = text
        case "Contents/ETag": tag = text
        case "Contents/Size": size = decimal(text)
        case "Contents":
            guard let key, let tag, let size, tag.utf8.count <= ObjectListing.maximumTagBytes else {
                return parser.abortParsing()
            }
            entries.append(ObjectListing.Entry(key: key, tag: tag, size: size))
        default: break
        }
        path.removeLast()
        text = ""
        // Where it stands in the answer does not matter.
        if isComplete, isEncoded {
            for index in entries.indices {
                guard let decoded = entries[index].key.replacing("+", with: " ").removingPercentEncoding else {
                    isComplete = false
                    return
                }
                entries[index].key = decoded
            }
        }
        if isComplete, entries.contains(where: { $0.key.utf8.count > ObjectListing.maximumKeyBytes }) {
            isComplete = false
        }
    }
}
