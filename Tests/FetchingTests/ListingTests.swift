import FetchSpool
import Fetching
import Foundation
import HTTPTransfer
import TestSupport
import Testing

@Suite("Lists of objects")
struct ListingTests {
    @Test(
        "What is no list of objects is a failure, whatever it does to a reader",
        arguments: [
            "", "not XML", "<Error><Code>x</Code></Error>", "<ListBucketResult>", "<html><body/></html>",
            "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">]><ListBucketResult><Contents><Key>&a;</Key></Contents></ListBucketResult>",
            "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><ListBucketResult/>",
            "<ListBucketResult>" + String(repeating: "<a>", count: 100_000),
            "<ListBucketResult><Contents><Key>\(String(repeating: "k", count: 100_000))</Key></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>k</Key><ETag>t</ETag></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>k</Key><ETag>t</ETag><Size>-1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
            "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>%GG</Key><ETag>t</ETag><Size>1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>\(String(repeating: "k", count: 1025))</Key><ETag>t</ETag><Size>1</Size></Contents></ListBucketResult>",
            "<ListBucketResult><Contents><Key>k</Key><ETag>\(String(repeating: "t", count: 257))</ETag><Size>1</Size></Contents></ListBucketResult>",
            "<ListBucketResult>"
                + String(
                    repeating: "<Contents><Key>k</Key><ETag>t</ETag><Size>1</Size></Contents>", count: 1100)
                + "</ListBucketResult>",
        ])
    func hostile(text: String) throws {
        #expect(try outcome(Array(text.utf8)).error == "invalid-response")
    }

    @Test("A declaration of types is seen in no encoding")
    func encoded() throws {
        let text = "<!DOCTYPE l [<!ENTITY a \"k\">]><ListBucketResult><IsTruncated>&a;</IsTruncated></ListBucketResult>"
        var bytes: [UInt8] = [0xFF, 0xFE]
        for byte in text.utf8 { bytes += [byte, 0] }
        #expect(try outcome(bytes).error == "invalid-response")
    }

    @Test(
        "A list without end is given up, by its pages or by the time of one try",
        arguments: [(Duration.seconds(100), "too-large", 301), (.milliseconds(100), "timed-out", 300)])
    func endless(timeout: Duration, error: String, most: Int) throws {
        let outcome = try outcome([], "page", timeout: timeout)
        #expect(outcome.error == error && outcome.requests <= most)
    }

    /// What a look at a store comes to that answers with a text.
    private func outcome(
        _ bytes: [UInt8], _ action: String = "whole", timeout: Duration = .seconds(30)
    ) throws -> (error: String?, requests: Int) {
        let server = try CuttingServer(bytes, [action])
        let bench = try Bench()
        var source = bench.source("", id: "bucket")
        source.limits.timeout = timeout
        source.target = .objects(
            ObjectStore(endpoint: "http://127.0.0.1:\(server.port)", bucket: "datasets", prefix: "", signing: nil))
        bench.settings.sources = [source]
        #expect(try bench.run().failed == 1)
        return (try bench.spool.progress(of: "source.bucket")?.error, try server.requests().count)
    }

    @Test("A list that leads in a circle ends")
    func circle() throws {
        let entry = "<Contents><Key>k</Key><ETag>t</ETag><Size>1</Size></Contents>"
        let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken>"
        let server = try CuttingServer(Array("<ListBucketResult>\(entry)\(more)</ListBucketResult>".utf8), ["whole"])
        let bench = try Bench()
        var source = bench.source("", id: "bucket")
        source.target = .objects(
            ObjectStore(endpoint: "http://127.0.0.1:\(server.port)", bucket: "datasets", prefix: "", signing: nil))
        bench.settings.sources = [source]
        #expect(try bench.run().failed == 1)
        #expect(try server.requests().count == 2)
    }
}
