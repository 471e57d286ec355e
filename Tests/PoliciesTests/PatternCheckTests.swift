import Policies
import Testing

@Suite("Checks of matches")
struct PatternCheckTests {
    /// A check, what it accepts, and how often one changed digit slips through: of a check digit modulo ten or eleven
    /// never, of a range of numbers often.
    struct Case: Sendable, CustomTestStringConvertible {
        var check: PatternCheck
        var good: [String]
        var testDescription: String { check.rawValue }
    }

    static let checksums: [Case] = [
        Case(check: .luhn, good: ["4024 0071 1122 2336", "5204730000002340"]),
        Case(check: .iban, good: ["DE44 5001 0517 5407 3249 31", "FR1420041010050500013M02606", "NL20INGB0001234567"]),
        Case(check: .crc32Base62, good: ["ghp" + "_Fake8aspm4G7VmSUfOoD6V1" + "vrORcmn4gGDoM"]),
        Case(check: .atSvnr, good: ["1237 010180", "5553010180"]),
        Case(check: .auTfn, good: ["123456715", "123 456 707"]),
        Case(check: .beNrn, good: ["85.07.30-033.28"]),
        Case(check: .bgEgn, good: ["7523169263"]),
        Case(check: .brCpf, good: ["529.982.247-25"]),
        Case(check: .caSin, good: ["130 442 544"]),
        Case(check: .chAhv, good: ["756.9217.0769.85"]),
        Case(check: .cnId, good: ["11010519491231002X"]),
        Case(check: .deIdnr, good: ["86095742719", "65929970489"]),
        Case(check: .esDni, good: ["23456789D", "X1234567L"]),
        Case(check: .fiHetu, good: ["131052-308T"]),
        Case(check: .frNir, good: ["255086789012332"]),
        Case(check: .inAadhaar, good: ["2341 2341 2346"]),
        Case(check: .itCf, good: ["RSSMRA85T10A562S"]),
        Case(check: .krRrn, good: ["900101-1234568"]),
        Case(check: .nlBsn, good: ["111222333", "123456782"]),
        Case(check: .noFnr, good: ["010190 10046"]),
        Case(check: .plPesel, good: ["44051401359"]),
        Case(check: .ptNif, good: ["501964843"]),
        Case(check: .roCnp, good: ["1800101221144"]),
        Case(check: .sePnr, good: ["811228-9874", "19811228-9874"]),
        Case(check: .sgNric, good: ["S1234567D", "T1234567J", "F1234567N", "M1234567K"]),
        Case(check: .trTckn, good: ["10000000146"]),
        Case(check: .ukNhs, good: ["943 476 5919"]),
        Case(check: .zaId, good: ["8501015009086"]),
    ]

    @Test(
        "A checksum accepts what its issuer computes, and no text whose last character is another", arguments: checksums
    )
    func checksum(sample: Case) {
        for good in sample.good {
            #expect(sample.check.accepts(text: good), "\(good)")
            #expect(good.utf8.count { (0x30...0x39).contains($0) } >= sample.check.leastDigits)
            guard let last = good.last else { continue }
            let others: String = last.isNumber ? "0123456789" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
            for other in others where other != last {
                #expect(!sample.check.accepts(text: good.dropLast() + String(other)), "\(good.dropLast())\(other)")
            }
        }
    }

    @Test("Repetitions, empty texts and texts of another length are no numbers", arguments: checksums)
    func degenerate(sample: Case) {
        for bad in ["", "0", "1111111111", "0000000000000000", "A", "é", String(repeating: "9", count: 1000)] {
            #expect(!sample.check.accepts(text: bad), "\(bad.prefix(20))")
        }
    }

    @Test(
        "Ranges and formats are held",
        arguments: [
            (
                .ipPublic, ["93.184.216.34", "2a00:1450::1", "https://93.184.216.34/"],
                [
                    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1",
                    "0.0.0.0", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
                    "256.1.1.1", "1.2.3", "::1", "fe80::1", "2001:db8::1", "fc00::1", "2002::1", "ff02::1", "",
                ]
            ),
            (
                .usSsn, ["536-90-4399", "536904399"],
                [
                    "000-90-4399", "666-90-4399", "900-90-4399", "536-00-4399", "536-90-0000", "078-05-1120",
                    "123-45-6789",
                ]
            ),
            (
                .ukNino, ["AB 98 76 54 C", "JG103759A"],
                ["BG103759A", "DA103759A", "AO103759A", "AB987654E", "AB123456C"]
            ),
            (.jwt, ["eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.x"], ["eyJ0eXAiOiJKV1QifQ.eyJhIjoxfQ.x", "eyJ!.x.y", "", "."]),
            (
                .hostConfusable, ["https://www.pаypal.com/login", "аррӏе.com", "xоx.net"],
                ["https://müller.de", "президент.рф", "例え.jp", "paypal.com", "αβγ.gr", "", "https://"]
            ),
            (.number, ["1"], []),
            (
                .iban, ["BE71 0961 2345 6769 and", "AT611904300234573201 BIC"],
                ["BE71 0961 2345 6769and", "BE71 0961 2345 6768 and", "AT61 1904", "XX71 0961 2345 6769"]
            ),
        ] as [(PatternCheck, [String], [String])])
    func ranges(check: PatternCheck, good: [String], bad: [String]) {
        for text in good { #expect(check.accepts(text: text), "\(text)") }
        for text in bad { #expect(!check.accepts(text: text), "\(text)") }
    }
}

extension PatternCheck {
    fileprivate func accepts(text: some StringProtocol) -> Bool {
        var text = String(text)
        return text.withUTF8 { accepts($0) }
    }
}
