import Foundation
import TestSupport

/// A real S3-compatible server that checks every request's signature.
final class MotoServer {
    /// The server's URL.
    private(set) var endpoint = ""

    /// A key that may do everything.
    private(set) var accessKey = ""
    private(set) var secretKey = ""

    private let folder: TemporaryFolder
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    private struct Ready: Decodable {
        var endpoint: String
        var access: String
        var secret: String
    }

    /// Starts it with the bucket `datasets` in the region `eu-central-1`.
    init() throws {
        folder = try TemporaryFolder()
        try folder.write(MotoServer.script, to: "server.py")
        let cache = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
        let python = cache + "/lethe/test/moto/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else { throw Nginx.Missing() }
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [folder.file("server.py")]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let ready = try JSONDecoder().decode(Ready.self, from: Data(line().utf8))
        (endpoint, accessKey, secretKey) = (ready.endpoint, ready.access, ready.secret)
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Puts an object into the bucket.
    func put(_ text: String, at key: String) throws { try command(["put", key, text]) }

    /// Removes an object.
    func remove(_ key: String) throws { try command(["remove", key]) }

    private func command(_ words: [String]) throws {
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(words) + Data("\n".utf8))
        guard try line() == "done" else { throw Nginx.Missing() }
    }

    private func line() throws -> String {
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1)?.first else { throw Nginx.Missing() }
            bytes.append(byte)
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    private static let script = #"""
        import json, os, sys

        # So many actions are let through before signatures are checked; below they are checked from the next one on.
        os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "100"
        import boto3
        from moto import settings
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        endpoint = "http://%s:%d" % server.get_host_and_port()

        def client(name, access="none", secret="none"):
            return boto3.client(name, endpoint_url=endpoint, region_name="eu-central-1",
                                aws_access_key_id=access, aws_secret_access_key=secret)

        iam = client("iam")
        iam.create_user(UserName="lethe")
        iam.put_user_policy(UserName="lethe", PolicyName="all", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}))
        key = iam.create_access_key(UserName="lethe")["AccessKey"]
        client("s3").create_bucket(
            Bucket="datasets", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
        store = client("s3", key["AccessKeyId"], key["SecretAccessKey"])
        print(json.dumps({"endpoint": endpoint, "access": key["AccessKeyId"], "secret": key["SecretAccessKey"]}),
              flush=True)
        for line in sys.stdin:
            words = json.loads(line)
            if words[0] == "put":
                store.put_object(Bucket="datasets", Key=words[1], Body=words[2].encode())
            else:
                store.delete_object(Bucket="datasets", Key=words[1])
            print("done", flush=True)
        """#
}
