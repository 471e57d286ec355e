import Foundation
import TestSupport

/// Ordinary answers of many kinds, some of which look like codes.
enum OrdinaryRows {
    typealias Make = @Sendable (inout SplitMix) -> String

    static let kinds: [(name: String, make: Make)] = [
        ("language", language), ("Swift", swift), ("Python", python), ("C", cCode), ("shell", shell),
        ("JavaScript", script),
        ("HTML", html), ("regular expressions", expressions), ("assembly", assembly), ("SQL", sql), ("LaTeX", latex),
        ("equations", equations), ("table", table), ("JSON", json), ("log", log), ("CSV", csv), ("DNA", dna),
        ("protein", protein), ("chess", chess), ("poem", poem), ("word list", wordList), ("names", names),
        ("ASCII art", art), ("links", links), ("hashes", hashes), ("UUIDs", uuids), ("image", image), ("key", key),
        ("wrapped prose", wrapped), ("matrix", matrix), ("crossword", crossword), ("recipe", recipe),
        ("phone list", phones),
        ("tickers", tickers), ("emoji", emoji), ("Markdown", markdown), ("abbreviations", abbreviations),
        ("hex dump", dump), ("guitar chords", chords), ("chat", chat), ("molecules", molecules), ("numbers", numbers),
        ("phonetics", phonetics), ("diff", diff), ("token", token),
    ]

    private static func any(_ list: [String], _ random: inout SplitMix) -> String { Sentences.pick(list, &random) }

    private static func int(_ range: Range<Int>, _ random: inout SplitMix) -> Int {
        Int.random(in: range, using: &random)
    }

    private static func lines(_ range: Range<Int>, _ random: inout SplitMix, _ make: (inout SplitMix) -> String)
        -> String
    {
        (0..<int(range, &random)).map { _ in make(&random) }.joined(separator: "\n")
    }

    private static func string(_ alphabet: String, _ count: Int, _ random: inout SplitMix) -> String {
        let alphabet = Array(alphabet)
        return String((0..<count).map { _ in Sentences.pick(alphabet, &random) })
    }

    private static let identifiers = [
        "count", "userName", "total_price", "idx", "bufferSize", "parse_row", "Node", "kMaxRetries", "is_valid",
        "httpClient",
        "tmp", "xs", "acc", "lhs", "rhs", "mutex", "fd", "argv", "ctx", "onClick", "fooBar", "strncpy", "qsort", "rgb",
    ]

    static let language: Make = { random in
        let (_, lines) = Sentences.pick(OrdinaryLanguages.sentences, &random)
        return (0..<int(2..<9, &random)).map { _ in any(lines, &random) }.joined(separator: " ")
    }

    static let swift: Make = { random in
        "```swift\n"
            + lines(4..<20, &random) { random in
                let (a, b) = (any(identifiers, &random), any(identifiers, &random))
                return any(
                    [
                        "let \(a) = \(b).map { $0 * \(int(1..<99, &random)) }",
                        "guard let \(a) = \(b)?.first else { return nil }",
                        "func \(a)(_ \(b): Int) -> [String: Any] {", "}",
                        "    for (i, x) in \(a).enumerated() where x != \(b) {",
                        "        \(a)[i] &= ~(1 << \(int(0..<31, &random)))", "    // \(Sentences.whole(&random))",
                    ], &random)
            } + "\n```"
    }

    static let python: Make = { random in
        lines(4..<20, &random) { random in
            let (a, b) = (any(identifiers, &random), any(identifiers, &random))
            return any(
                [
                    "def \(a)(self, \(b)=None):", "    return [\(a) for \(a) in \(b) if \(a) % 2 == 0]",
                    "import numpy as np",
                    "    \(a), \(b) = \(b), \(a)", "    with open(\(a), 'rb') as f:",
                    "    x = \(a)[::-1] if \(b) else {}",
                    "assert \(a) is not None", "    print(f\"{\(a)!r:>10} {\(b):.2f}\")", "lambda k, v: (v, k)",
                ], &random)
        }
    }

    static let cCode: Make = { random in
        lines(4..<20, &random) { random in
            let (a, b) = (any(identifiers, &random), any(identifiers, &random))
            return any(
                [
                    "static inline uint32_t \(a)(const char *\(b), size_t n)", "{",
                    "    *\(a)++ = (\(b) >> 3) & 0x1fU;", "}",
                    "    if (!\(a) || \(b)->next == NULL) goto out;",
                    "#define \(a.uppercased())(x) ((x) & ~\(int(1..<255, &random)))",
                    "    memcpy(\(a), \(b), sizeof(*\(b)));", "    for (i = 0; i < n; ++i) s += p[i] * q[i];",
                ], &random)
        }
    }

    static let shell: Make = { random in
        lines(2..<10, &random) { random in
            any(
                [
                    "find . -name '*.txt' -mtime +\(int(1..<90, &random)) -print0 | xargs -0 rm -f",
                    "tar -xzvf archive.tar.gz -C /opt",
                    "awk -F: '{ print $1, $NF }' /etc/passwd | sort -u", "grep -rniE '(foo|bar)[0-9]+' src/ | wc -l",
                    "export PATH=\"$HOME/bin:$PATH\"", "chmod 755 run.sh && ./run.sh --jobs=\(int(1..<16, &random))",
                    "sed -i 's/\\bcolour\\b/color/g' *.md", "git rebase -i HEAD~\(int(2..<9, &random))",
                ], &random)
        }
    }

    static let script: Make = { random in
        lines(4..<16, &random) { random in
            let (a, b) = (any(identifiers, &random), any(identifiers, &random))
            return any(
                [
                    "const \(a) = await fetch(`/api/${\(b)}?q=1`);", "export default function \(a)({ \(b) }) {", "};",
                    "  return \(a)?.map((x) => <li key={x.id}>{x.\(b)}</li>);",
                    "document.querySelector('#\(a)').onclick = () => \(b)();",
                    "\(a) = \(b) === undefined ? null : \(b) || [];", "\u{1F680} console.log('\(a)', \(b));",
                ], &random)
        }
    }

    static let html: Make = { random in
        lines(3..<12, &random) { random in
            any(
                [
                    "<div class=\"row g-\(int(0..<5, &random)) mt-3\"><span id=\"x\">&nbsp;&lt;&amp;&gt;</span></div>",
                    "<a href=\"https://example.org/a%20b?c=%C3%A9&d=%2Fe\">link</a>",
                    "<td>&#8364; \(int(1..<99, &random))</td>",
                    "<svg viewBox=\"0 0 24 24\"><path d=\"M12 2L2 7l10 5 10-5-10-5zM2 17l10 5 10-5M2 12l10 5 10-5\"/></svg>",
                    ".btn { padding: .5rem 1rem; color: #\(string("0123456789abcdef", 6, &random)); }",
                ], &random)
        }
    }

    static let expressions: Make = { random in
        "Try this pattern: `"
            + any(
                [
                    "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$", "(?:\\d{1,3}\\.){3}\\d{1,3}",
                    "^\\s*#?([a-f0-9]{6}|[a-f0-9]{3})\\s*$",
                    "\\b(?=\\w*[aeiou])\\w+ly\\b", "\\x41\\x42\\x43|\\u00e9\\u00e8", "[^\\x00-\\x7F]+",
                ], &random) + "`. " + Sentences.text(words: 10, &random)
    }

    static let assembly: Make = { random in
        lines(5..<20, &random) { random in
            let r = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9"]
            return "  " + any(["mov", "add", "xor", "lea", "cmp", "imul", "shl"], &random) + " " + any(r, &random)
                + ", "
                + any(
                    [any(r, &random), "[rbp-\(int(1..<64, &random))]", "0x\(string("0123456789abcdef", 4, &random))"],
                    &random)
        }
    }

    static let sql: Make = { random in
        lines(2..<8, &random) { random in
            any(
                [
                    "SELECT u.id, COUNT(*) AS n FROM users u LEFT JOIN orders o ON o.uid = u.id",
                    "WHERE o.created_at >= '2024-0\(int(1..<9, &random))-01' AND u.status IN ('a', 'b', 'c')",
                    "GROUP BY u.id HAVING COUNT(*) > \(int(1..<50, &random)) ORDER BY n DESC LIMIT 10;",
                    "INSERT INTO t (k, v) VALUES (\(int(1..<999, &random)), 'x'), (2, 'y');",
                    "CREATE INDEX CONCURRENTLY idx_t_k ON t USING btree (k, v);",
                    "ALTER TABLE t ADD COLUMN qty INT NOT NULL DEFAULT 0;",
                ], &random)
        }
    }

    static let latex: Make = { random in
        lines(2..<8, &random) { random in
            any(
                [
                    "$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$$",
                    "\\begin{align} a_{ij} &= b_{ik} c_{kj} \\\\ \\end{align}",
                    "Let $f\\colon X \\to Y$ be a map and $x \\in X$ with $\\|f(x)\\| \\le \(int(1..<9, &random))$.",
                    "\\sum_{n=1}^{N} \\binom{N}{n} p^n q^{N-n} = 1 - q^N",
                    "$\\forall \\epsilon > 0\\ \\exists \\delta > 0$",
                    "\\nabla \\times \\mathbf{E} = -\\partial_t \\mathbf{B}",
                ], &random)
        }
    }

    static let equations: Make = { random in
        lines(3..<9, &random) { random in
            any(
                [
                    "x = (-b ± √(b² − 4ac)) / 2a", "∑ᵢ aᵢ² ≥ 0 ∀ i ∈ ℕ", "𝑓(𝑥) = 𝑎𝑥² + 𝑏𝑥 + 𝑐", "P(A∩B) = P(A)·P(B|A)",
                    "\(int(2..<99, &random)) × \(int(2..<99, &random)) = \(int(99..<9999, &random))",
                    "lim x→0 sin(x)/x = 1",
                    "H₂SO₄ + 2NaOH → Na₂SO₄ + 2H₂O", "3x + \(int(1..<20, &random))y = 7 ⇒ y = (7 − 3x)/4",
                ], &random)
        }
    }

    static let table: Make = { random in
        "| id | city | pop | % |\n| --- | :---: | ---: | --- |\n"
            + lines(3..<15, &random) { random in
                "| \(int(1..<999, &random)) | \(any(["Oslo", "Lima", "Łódź", "Kyoto", "Quito", "Graz"], &random)) | "
                    + "\(int(1000..<9_000_000, &random)) | \(int(0..<100, &random)).\(int(0..<10, &random)) |"
            }
    }

    static let json: Make = { random in
        "{\n"
            + lines(3..<12, &random) { random in
                "  \"\(any(identifiers, &random))\": "
                    + any(
                        [
                            "\(int(0..<99999, &random))",
                            "[\(int(0..<9, &random)), \(int(0..<9, &random)), null, true]", "{\"a\": \"b\"}",
                            "\"\(Sentences.text(words: 4, &random))\"",
                            "\"2023-11-\(int(10..<29, &random))T08:15:30Z\"",
                        ], &random) + ","
            } + "\n}"
    }

    static let log: Make = { random in
        lines(4..<16, &random) { random in
            "2024-05-\(int(10..<30, &random)) \(int(10..<24, &random)):\(int(10..<60, &random)):01,\(int(100..<999, &random)) "
                + any(["INFO", "WARN", "ERROR", "DEBUG"], &random) + " [worker-\(int(1..<9, &random))] "
                + any(
                    [
                        "GET /api/v1/items?page=\(int(1..<99, &random)) 200 \(int(1..<900, &random))ms",
                        "conn reset by peer fd=\(int(3..<99, &random))",
                        "java.lang.NullPointerException at com.acme.Foo.bar(Foo.java:\(int(1..<900, &random)))",
                        "retrying in 5s",
                    ], &random)
        }
    }

    static let csv: Make = { random in
        "date,sku,qty,price\n"
            + lines(4..<20, &random) { random in
                "2024-0\(int(1..<10, &random))-1\(int(0..<10, &random)),\(string("ABCDEFGHJK", 3, &random))-\(int(100..<999, &random)),"
                    + "\(int(1..<50, &random)),\(int(1..<500, &random)).\(int(10..<99, &random))"
            }
    }

    static let dna: Make = { random in
        any([">seq1 sample\n", "The sequence is ", ""], &random)
            + lines(1..<8, &random) { string("ACGT", int(30..<71, &$0), &$0) }
    }

    static let protein: Make = { random in
        ">sp|P\(int(10000..<99999, &random))|TEST_HUMAN\n"
            + lines(1..<6, &random) { string("AAACDEEFGGHIKKLLLLMNPQRSSSTVVWY", 60, &$0) }
    }

    static let chess: Make = { random in
        (1..<int(8..<40, &random)).map { move in
            "\(move). "
                + (0..<2).map { _ in
                    any(["N", "B", "Q", "R", "K", "", "", ""], &random) + any(["", "x"], &random)
                        + string("abcdefgh", 1, &random)
                        + string("12345678", 1, &random) + any(["", "", "+"], &random)
                }.joined(separator: " ")
        }.joined(separator: " ")
    }

    static let poem: Make = { random in
        lines(4..<24, &random) { random in
            any(
                [
                    "The evening", "A lonely bird", "My heart", "Some distant bell", "The sea", "A candle",
                    "Your quiet voice",
                ], &random) + " "
                + any(
                    ["sings softly", "comes again", "remembers well", "falls down below", "turns slowly round"], &random
                ) + " "
                + any(
                    [
                        "in the fading light", "upon the hill", "before the dawn", "across the bay",
                        "and says goodnight",
                        "where rivers meet", "like summer rain", "without a sound", "beneath the stone",
                    ], &random) + any(["", ",", "."], &random)
        }
    }

    static let wordList: Make = { random in
        let list = """
            abalone banjo cactus dahlia eclipse falcon giraffe harbour igloo jackal kayak lagoon mango nectar oasis pebble quartz \
            raven saffron thistle umbrella velvet walnut xenon yodel zephyr quokka rhythm syzygy gypsum crypt lynx fjord
            """.split(separator: " ").map(String.init)
        return (0..<int(8..<60, &random)).map { _ in any(list, &random) }.joined(
            separator: any(["\n", ", ", " "], &random))
    }

    static let names: Make = { random in
        lines(4..<20, &random) { random in
            "- "
                + any(
                    [
                        "Krzysztof", "Nguyễn", "Siobhán", "Bjørn", "Zsófia", "Xiuying", "Mthunzi", "Itziar", "Þórdís",
                        "Vytautas",
                    ], &random)
                + " "
                + any(
                    [
                        "Brzęczyszczykiewicz", "van der Westhuizen", "Ó Súilleabháin", "Szczepański", "Phạm",
                        "Hrdlička",
                        "Papadopoulou", "Tkachenko", "Llywelyn",
                    ], &random)
        }
    }

    static let art: Make = { random in
        lines(4..<16, &random) { random in
            string(
                any(["/\\_| ", " .:-=+*#%@", "░▒▓█ ", "┌─┐│└┘├┤", "oO0. "], &random), int(10..<40, &random), &random)
        }
    }

    static let links: Make = { random in
        Sentences.text(words: 6, &random) + "\n"
            + lines(1..<8, &random) { random in
                "https://www.example.com/\(string("abcdefghijklmnopqrstuvwxyz0123456789-_", int(10..<60, &random), &random))?v="
                    + string("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 11, &random)
                    + "&utm_source=a%20b"
            }
    }

    static let hashes: Make = { random in
        "The checksum of the file is "
            + string("0123456789abcdef", Sentences.pick([32, 40, 64, 128], &random), &random) + ". "
            + Sentences.text(words: int(0..<12, &random) + 2, &random)
    }

    static let uuids: Make = { random in
        lines(1..<6, &random) { random in
            [8, 4, 4, 4, 12].map { string("0123456789abcdef", $0, &random) }.joined(separator: "-")
        }
    }

    static let image: Make = { random in
        let header: [UInt8] = Sentences.pick(
            [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0], Array("GIF89a".utf8)], &random)
        let bytes = header + (0..<int(60..<900, &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return Sentences.text(words: 8, &random) + "\n![chart](data:image/png;base64,"
            + Data(bytes).base64EncodedString() + ")"
    }

    static let key: Make = { random in
        let bytes = (0..<int(64..<400, &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return "-----BEGIN PUBLIC KEY-----\n"
            + Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            + "\n-----END PUBLIC KEY-----"
    }

    static let wrapped: Make = { random in
        var out = ""
        var width = 0
        let limit = int(44..<84, &random)
        for word in Sentences.text(words: int(60..<200, &random), &random).split(separator: " ") {
            if width > 0, width + word.count + 1 > limit {
                out += "\n"
                width = 0
            }
            out += (width == 0 ? "" : " ") + word
            width += word.count + 1
        }
        return out
    }

    static let matrix: Make = { random in
        let top = Sentences.pick([2, 6, 10, 100], &random)
        return lines(3..<12, &random) { random in
            (0..<12).map { _ in "\(int(0..<top, &random))" }.joined(separator: " ")
        }
    }

    static let crossword: Make = { random in
        lines(6..<12, &random) { random in
            (0..<12).map { _ in string("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1, &random) }.joined(separator: " ")
        }
    }

    static let recipe: Make = { random in
        lines(4..<10, &random) { random in
            "\(int(1..<9, &random)) " + any(["tbsp", "tsp", "g", "ml", "cups", "½ cup"], &random) + " "
                + any(["flour", "sugar", "oil", "za'atar", "miso", "crème fraîche"], &random)
        }
    }

    static let phones: Make = { random in
        lines(3..<12, &random) { random in
            "+\(int(1..<99, &random)) \(int(100..<999, &random)) \(int(100..<999, &random)) \(int(1000..<9999, &random))"
        }
    }

    static let tickers: Make = { random in
        (0..<int(8..<40, &random)).map { _ in
            any(
                [
                    "AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "TSLA", "META", "BRK", "JPM", "XOM", "UNH", "JNJ", "V",
                    "PG", "HD", "CVX", "KO", "PFE", "ABBV",
                ], &random)
        }.joined(separator: any([", ", " ", "\n"], &random))
    }

    static let emoji: Make = { random in
        (0..<int(5..<60, &random)).map { _ in any(["😀", "🎉", "👨‍👩‍👧‍👦", "❤️", "🏳️‍🌈", "👍🏽", "🇫🇷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "✨", "🔥", "🐙"], &random) }
            .joined(separator: any(["", " "], &random))
    }

    static let markdown: Make = { random in
        "# Steps\n\n"
            + lines(3..<12, &random) { random in
                any(["- ", "1. ", "* **", "> ", "## "], &random) + Sentences.whole(&random)
                    + any(["", "**", "  "], &random)
            }
    }

    static let abbreviations: Make = { random in
        (0..<int(5..<30, &random)).map { _ in
            any(
                [
                    "HTTP", "XML", "SSH", "TCP/IP", "LDAP", "NTFS", "RSVP", "ASAP", "IEEE", "ISO", "WYSIWYG", "DHCP",
                    "SMTP", "GNU",
                ], &random)
        }.joined(separator: ", ")
    }

    static let dump: Make = { random in
        lines(2..<10, &random) { random in
            string("0123456789abcdef", 8, &random) + "  "
                + (0..<16).map { _ in string("0123456789abcdef", 2, &random) }.joined(separator: " ")
                + "  |" + string("abcXYZ....%$ .~", 16, &random) + "|"
        }
    }

    static let chords: Make = { random in
        lines(3..<12, &random) { random in
            (0..<8).map { _ in any(["Am", "F", "C", "G7", "Dm", "Em7", "Bb", "F#m"], &random) }.joined(
                separator: any([" ", " | ", "  "], &random))
        }
    }

    static let chat: Make = { random in
        lines(3..<14, &random) { random in
            any(["ann", "bob", "zz_top", "mod"], &random) + ": "
                + any(
                    [
                        "lol brb", "idk tbh", "omg rn fr", "thx u2", "k", "wyd tmrw?", "gg wp",
                        Sentences.text(words: 5, &random),
                    ], &random)
        }
    }

    static let molecules: Make = { random in
        lines(2..<10, &random) { random in string("CCCCcccc(=O)NnOo1122[]@H+-Cl", int(15..<60, &random), &random) }
    }

    static let numbers: Make = { random in
        (0..<int(10..<80, &random)).map { _ in "\(int(0..<Sentences.pick([27, 100, 256, 10_000], &random), &random))" }
            .joined(separator: any([" ", ", ", "\n"], &random))
    }

    static let phonetics: Make = { random in
        lines(2..<9, &random) { random in
            any(["/ˈwɔːtə/", "/ˌɪntəˈnæʃənəl/", "[ʁɛspɔ̃ˈsabl]", "/ˈtʃɜːtʃ/", "/θɪŋk/", "[ɲɔk̚]"], &random) + " – "
                + Sentences.text(words: 3, &random)
        }
    }

    static let diff: Make = { random in
        "--- a/x.c\n+++ b/x.c\n@@ -\(int(1..<99, &random)),7 +1,9 @@\n"
            + lines(3..<12, &random) { random in
                any(["+", "-", " "], &random) + "  \(any(identifiers, &random))(\(any(identifiers, &random)));"
            }
    }

    static let token: Make = { random in
        let header = Data("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".utf8).base64EncodedString().replacing("=", with: "")
        let body = Data("{\"sub\":\"\(int(1..<99_999, &random))\",\"iat\":1516239022,\"exp\":1516242622}".utf8)
            .base64EncodedString()
        return
            "Send the header `Authorization: Bearer \(header).\(body.replacing("=", with: "")).\(string("abcDEF012_-xyz", 43, &random))`."
    }
}
