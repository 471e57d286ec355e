import CLibYAML
import Foundation

/// A fault that libyaml, or a limit of ours, found.
struct YAMLFault: Error {
    var code: PolicyError.Code
    var message: String
    var line: Int
    var column: Int
}

/// Reads one YAML document through the system's libyaml into nodes that know their places.
///
/// Anchors, aliases and tags are refused: a policy has no need of them, and without them a small file stays small.
struct YAMLParser {
    /// The largest policy file, in bytes.
    static let maximumBytes = 1 << 20

    /// The deepest nesting.
    static let maximumDepth = 32

    /// On the heap, because libyaml keeps the parser's own address in it.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Parses a document; `nil` if it is empty.
    ///
    /// - Parameter bytes: valid UTF-8, with or without a byte order mark, so that libyaml takes it for nothing else.
    static func parse(_ bytes: [UInt8]) throws(YAMLFault) -> YAMLNode? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLFault(code: .unreadable, message: "libyaml has no memory", line: 1, column: 1)
        }
        defer { yaml_parser_delete(parser) }
        return try YAMLParser(parser: parser).document(bytes)
    }

    private func document(_ bytes: [UInt8]) throws(YAMLFault) -> YAMLNode? {
        // libyaml reads from this memory until the last event, so it must not move before then.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { input.deallocate() }
        _ = input.initialize(from: bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
        var root: YAMLNode?
        while true {
            var event = try next(in: bytes)
            let kind = event.type
            let (line, column) = (Int(event.start_mark.line) + 1, Int(event.start_mark.column) + 1)
            switch kind {
            case YAML_STREAM_END_EVENT:
                yaml_event_delete(&event)
                return root
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT:
                yaml_event_delete(&event)
            case YAML_DOCUMENT_START_EVENT:
                yaml_event_delete(&event)
                guard root == nil else {
                    throw YAMLFault(
                        code: .unsupportedYAML, message: "a second document begins", line: line, column: column)
                }
            default:
                root = try node(from: &event, in: bytes, depth: 0)
            }
        }
    }

    private func next(in bytes: [UInt8]) throws(YAMLFault) -> yaml_event_t {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "this is not YAML"
            let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
            var (line, column) = (Int(parser.pointee.problem_mark.line), Int(parser.pointee.problem_mark.column))
            if parser.pointee.error == YAML_READER_ERROR {
                // Of a character that it refuses, libyaml tells the offset only.
                let before = bytes.prefix(parser.pointee.problem_offset)
                let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
                line = before.count { $0 == 0x0A }
                column = before[lineStart...].count { $0 & 0xC0 != 0x80 }
            }
            throw YAMLFault(code: .syntax, message: problem + context, line: line + 1, column: column + 1)
        }
        return event
    }

    /// Makes a node of the event that begins it, and consumes the event.
    private func node(from event: inout yaml_event_t, in bytes: [UInt8], depth: Int) throws(YAMLFault) -> YAMLNode {
        let (line, column) = (Int(event.start_mark.line) + 1, Int(event.start_mark.column) + 1)
        defer { yaml_event_delete(&event) }
        func refuse(_ what: String) -> YAMLFault {
            YAMLFault(code: .unsupportedYAML, message: what, line: line, column: column)
        }
        guard depth < YAMLParser.maximumDepth else {
            throw refuse("values are nested more than \(YAMLParser.maximumDepth) deep")
        }
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            guard scalar.anchor == nil else { throw refuse("anchors are not supported") }
            guard scalar.tag == nil else { throw refuse("tags are not supported") }
            let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return YAMLNode(
                content: .scalar(
                    String(decoding: text, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
                line: line, column: column)
        case YAML_SEQUENCE_START_EVENT:
            guard event.data.sequence_start.anchor == nil else { throw refuse("anchors are not supported") }
            guard event.data.sequence_start.tag == nil else { throw refuse("tags are not supported") }
            var items: [YAMLNode] = []
            while let item = try child(in: bytes, depth: depth, end: YAML_SEQUENCE_END_EVENT) { items.append(item) }
            return YAMLNode(content: .sequence(items), line: line, column: column)
        case YAML_MAPPING_START_EVENT:
            guard event.data.mapping_start.anchor == nil else { throw refuse("anchors are not supported") }
            guard event.data.mapping_start.tag == nil else { throw refuse("tags are not supported") }
            var pairs: [(key: YAMLNode, value: YAMLNode)] = []
            while let key = try child(in: bytes, depth: depth, end: YAML_MAPPING_END_EVENT) {
                guard let value = try child(in: bytes, depth: depth, end: YAML_MAPPING_END_EVENT) else { break }
                pairs.append((key, value))
            }
            return YAMLNode(content: .mapping(pairs), line: line, column: column)
        default:
            throw refuse("aliases are not supported")
        }
    }

    /// The next node inside a collection, or `nil` at its end.
    private func child(in bytes: [UInt8], depth: Int, end: yaml_event_type_t) throws(YAMLFault) -> YAMLNode? {
        var event = try next(in: bytes)
        if event.type == end {
            yaml_event_delete(&event)
            return nil
        }
        return try node(from: &event, in: bytes, depth: depth + 1)
    }
}
