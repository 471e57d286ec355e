import Foundation
import Testing

/// The control API as `docs/openapi.json` describes it.
struct APIDocument {
    typealias Object = [String: Any]

    /// A route that the document names.
    struct Route: Hashable, CustomStringConvertible {
        var method: String
        var path: String

        var description: String { "\(method) \(path)" }
    }

    private static let folder = URL(fileURLWithPath: LetheProcess.root + "/docs/")

    private let root: Object

    init() throws { root = try APIDocument.read("openapi.json") }

    private init(_ root: Object) { self.root = root }

    private static func read(_ name: String) throws -> Object {
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent(name)))
        return try #require(value as? Object, "\(name) is no object")
    }

    /// Every route, sorted.
    var routes: [Route] {
        let paths = root["paths"] as? [String: Object] ?? [:]
        return paths.flatMap { path, operations in
            operations.keys.map { Route(method: $0.uppercased(), path: path) }
        }.sorted { $0.description < $1.description }
    }

    /// What is wrong with an answer by the document; empty where nothing is.
    func faults(of answer: [UInt8], to route: Route, status: Int) -> [String] {
        let operation = (root["paths"] as? [String: Object])?[route.path]?[route.method.lowercased()] as? Object
        guard let response = (operation?["responses"] as? [String: Object])?[String(status)] else {
            return ["the status \(status) is not documented"]
        }
        let contents = response["content"] as? [String: Object] ?? [:]
        guard let schema = contents["application/json"]?["schema"] as? Object else {
            return contents["text/plain"] == nil ? ["no content is documented"] : []
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(answer)) else { return ["it is not JSON"] }
        return faults(of: value, schema, at: "")
    }

    /// What of JSON Schema (draft 2020-12) the document uses; members that a schema does not name are faults.
    private func faults(of value: Any, _ schema: Object, at place: String) -> [String] {
        var faults: [String] = []
        if let reference = schema["$ref"] as? String { faults += follow(reference, value, place) }
        if let kind = schema["type"] as? String, !isKind(kind, value) { faults.append("\(place) is no \(kind)") }
        if let allowed = schema["enum"] as? [String], (value as? String).map(allowed.contains) != true {
            faults.append("\(place) is none of \(allowed)")
        }
        if let text = schema["const"] as? String, value as? String != text { faults.append("\(place) is not \(text)") }
        if let pattern = schema["pattern"] as? String,
            (value as? String)?.range(of: pattern, options: .regularExpression) == nil
        {
            faults.append("\(place) does not match \(pattern)")
        }
        if let least = schema["minimum"] as? Double, let number = value as? Double, number < least {
            faults.append("\(place) is less than \(least)")
        }
        if let items = schema["items"] as? Object {
            for (index, item) in (value as? [Any] ?? []).enumerated() {
                faults += self.faults(of: item, items, at: "\(place)[\(index)]")
            }
        }
        return faults + memberFaults(of: value as? Object, schema, at: place)
    }

    private func memberFaults(of object: Object?, _ schema: Object, at place: String) -> [String] {
        guard let object else { return [] }
        let properties = schema["properties"] as? [String: Object] ?? [:]
        var faults = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }.map {
            "\(place).\($0) is missing"
        }
        for (name, value) in object {
            if let property = properties[name] ?? schema["additionalProperties"] as? Object {
                faults += self.faults(of: value, property, at: "\(place).\(name)")
            } else if schema["additionalProperties"] as? Bool == false {
                faults.append("\(place).\(name) is not documented")
            }
        }
        return faults
    }

    private func follow(_ reference: String, _ value: Any, _ place: String) -> [String] {
        guard reference.hasPrefix("#/") else {
            guard let file = try? APIDocument.read(reference) else { return ["\(reference) cannot be read"] }
            return APIDocument(file).faults(of: value, file, at: place)
        }
        var target: Any = root
        for name in reference.dropFirst(2).split(separator: "/") {
            guard let next = (target as? Object)?[String(name)] else { return ["\(reference) is not there"] }
            target = next
        }
        return faults(of: value, target as? Object ?? [:], at: place)
    }

    private func isKind(_ kind: String, _ value: Any) -> Bool {
        switch kind {
        case "object": value is Object
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isBoolean(value)
        case "integer": value is Int && !isBoolean(value)
        case "number": value is Double && !isBoolean(value)
        default: false
        }
    }

    /// A number bridges to Bool as well; only true and false are kept as the C type of a Boolean.
    private func isBoolean(_ value: Any) -> Bool {
        (value as? NSNumber).map { String(cString: $0.objCType) == "c" || String(cString: $0.objCType) == "B" } ?? false
    }
}
