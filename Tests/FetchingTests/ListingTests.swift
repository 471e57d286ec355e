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
            "<ListBucketResult>"
                + String(
                    repeating: "<Contents><Key>k</Key><ETag>t</ETag><Size>1</Size></Contents>", count: 1100)
                + "</ListBucketResult>",
        ])
    func hostile(text: String) throws {
        let server = try CuttingServer(Array(text.utf8), ["whole"])
        let bench = try Bench()
        var source = bench.source("", id: "bucket")
        source.target = .objects(
            ObjectStore(endpoint: "http://127.0.0.1:\(server.port)", bucket: "datasets", prefix: "", signing: nil))
        bench.settings.sources = [source]
        #expect(try bench.run().failed == 1)
        #expect(try bench.spool.progress(of: "source.bucket")?.error == "invalid-response")
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
