import Foundation
import TestSupport
import Testing

extension DaemonProcesses {
    @Suite("Many files at once")
    struct ManyFilesTests {
        @Test("Of 1,000 files by several writers, some renamed, some half-written, each is judged exactly once")
        func thousand() throws {
            let fixture = try DaemonFixture(policy: DaemonFixture.words)
            try fixture.start()
            let (writers, each) = (4, 250)
            let row = DaemonFixture.rows(2, bad: [2]).split(separator: "\n").map(String.init)
            for writer in 0..<writers { try fixture.makeInbox("customer-\(writer)") }
            // Four real processes: plain writes, writes under a hidden name that is renamed, writes in two halves, and
            // writes through another folder.
            try fixture.folder.write(
                """
                import os, sys
                inbox, mode, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
                rows = \(String(decoding: try JSONEncoder().encode(row), as: UTF8.self))
                for number in range(count):
                    name = f"{inbox}/{number:04}.jsonl"
                    # Each file differs, so that each is a judgement of its own.
                    text = "\\n".join(rows).replace("sum", f"{mode} {number}") + "\\n"
                    if mode == "plain":
                        open(name, "w").write(text)
                    elif mode == "renamed":
                        open(f"{inbox}/.{number}", "w").write(text)
                        os.rename(f"{inbox}/.{number}", name)
                    elif mode == "halves":
                        with open(name, "w") as file:
                            file.write(text[:len(text) // 2])
                            file.flush()
                            os.fsync(file.fileno())
                            file.write(text[len(text) // 2:])
                    else:
                        folder = f"{inbox}/{number % 10}"
                        os.makedirs(folder, exist_ok=True)
                        open(f"{folder}/{number:04}.jsonl.part", "w").write(text)
                        os.rename(f"{folder}/{number:04}.jsonl.part", f"{folder}/{number:04}.jsonl")
                """, to: "writer.py")
            let processes = try ["plain", "renamed", "halves", "folders"].enumerated().map { index, mode in
                try fixture.startCommand(
                    "/usr/bin/env",
                    ["python3", fixture.folder.file("writer.py"), fixture.inbox("customer-\(index)"), mode, "\(each)"])
            }
            for process in processes { #expect(try process.finish().status == 0) }
            try fixture.eventually("not all are decided") {
                try fixture.run("status", "--json").json()["states"] as? [String: Int] == ["decided": writers * each]
            }
            let datasets = try fixture.datasets()
            let names = datasets.map { "\($0["customer"] ?? "")/\($0["name"] ?? "")" }
            #expect(names.count == writers * each && Set(names).count == names.count)
            #expect(datasets.allSatisfy { $0["verdict"] as? String == "cleared-with-removals" })
            #expect(Set(datasets.compactMap { $0["sha256"] as? String }).count == writers * each)
            let judged = try fixture.records("--event", "dataset.judged")
            #expect(judged.count == writers * each)
            #expect(Set(judged.compactMap { $0["subject"] as? String }).count == writers * each)
            for writer in 0..<writers {
                let left = try FileManager.default.subpathsOfDirectory(atPath: fixture.inbox("customer-\(writer)"))
                    .filter { $0.hasSuffix("jsonl") }
                #expect(left.isEmpty)
            }
            #expect(try fixture.run("audit", "verify").status == 0)
        }
    }
}
