import AuditLog
import Diagnostics
import Testing

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    @Test(
        "Numbers are printed as ECMAScript prints them",
        arguments: [
            // The first rows are RFC 8785, appendix B.
            (0.0, "0"), (-0.0, "0"), (.leastNonzeroMagnitude, "5e-324"), (-.leastNonzeroMagnitude, "-5e-324"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"), (9_007_199_254_740_992, "9007199254740992"),
            (0x1p68, "295147905179352830000"), (9.999999999999997e22, "9.999999999999997e+22"),
            (1e23, "1e+23"), ((1e21 as Double).nextDown.nextDown, "999999999999999700000"), (1e21, "1e+21"),
            (9.999999999999997e-7, "9.999999999999997e-7"), (0.000001, "0.000001"),
            (333_333_333.333_333_25, "333333333.33333325"), (-0.0000033333333333333333, "-0.0000033333333333333333"),
            (0.1, "0.1"), (1, "1"), (-1.5, "-1.5"), (100, "100"), (1e20, "100000000000000000000"), (1e-7, "1e-7"),
            (0.05, "0.05"), (123.456, "123.456"), (1e16, "10000000000000000"),
        ] as [(Double, String)])
    func number(_ value: Double, _ text: String) throws {
        #expect(try CanonicalJSON.format(value) == text)
        #expect(Double(text) == value)
    }

    @Test("A number that is not finite is refused", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(_ value: Double) throws {
        let json: CanonicalJSON = .object(["list": .array([.number(value)])])
        let error = try #require(throws: AuditError.self) { try json.encoded() }
        #expect(error.code == .invalidRecord)
    }

    @Test(
        "Values have one text each",
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.integer(-3), "-3"),
            (.integer(Int128(UInt64.max)), "18446744073709551615"), (.array([]), "[]"), (.object([:]), "{}"),
            (
                .string("\u{20}\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é€😀"),
                "\" \\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}é€😀\""
            ),
            (
                .object(["b": .array([.integer(1), .null]), "a": .object(["z": .string(""), "A": .bool(false)])]),
                #"{"a":{"A":false,"z":""},"b":[1,null]}"#
            ),
        ] as [(CanonicalJSON, String)])
    func value(_ value: CanonicalJSON, _ text: String) throws {
        #expect(try value.encoded() == text)
        #expect(try CanonicalJSON(parsing: text) == value)
    }

    @Test("Members are sorted by UTF-16 code units, as in RFC 8785 section 3.2.3")
    func memberOrder() throws {
        let names = ["\u{20ac}", "\r", "\u{fb33}", "1", "\u{1f600}", "\u{80}", "\u{f6}"]
        let json = CanonicalJSON.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .null) }))
        let expected = ["\\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"]
        #expect(try json.encoded() == "{" + expected.map { "\"\($0)\":null" }.joined(separator: ",") + "}")
    }

    @Test("Settings of any type take their JSON form")
    func encoding() throws {
        struct Settings: Encodable {
            var seed = UInt64.max
            var rate = 3e-4
            var layers = 8
            var mode = "fast"
        }
        let json = try CanonicalJSON(encoding: Settings())
        #expect(try json.encoded() == #"{"layers":8,"mode":"fast","rate":0.0003,"seed":18446744073709551615}"#)
    }

    @Test("What is not JSON is an error", arguments: ["", "{", "{\"a\":}", "nope"])
    func malformed(_ text: String) throws {
        let error = try #require(throws: AuditError.self) { try CanonicalJSON(parsing: text) }
        #expect(error.code == .corrupted)
    }

    @Test("The pretty form holds the same value")
    func pretty() throws {
        let json: CanonicalJSON = .object(["b": .array([.integer(1), .number(0.1)]), "a": .object([:])])
        let text = try json.pretty()
        #expect(text == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    0.1\n  ]\n}")
        #expect(try CanonicalJSON(parsing: text) == json)
    }
}
