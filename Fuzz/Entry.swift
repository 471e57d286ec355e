import Foundation

private let parser: Parser = {
    let name = ProcessInfo.processInfo.environment["LETHE_FUZZ_PARSER"] ?? ""
    guard let parser = Parser(rawValue: name) else {
        preconditionFailure("LETHE_FUZZ_PARSER is none of \(Parser.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return parser
}()

private let folder = ProcessInfo.processInfo.environment["LETHE_FUZZ_FOLDER"] ?? NSTemporaryDirectory()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    parser.run(Array(UnsafeBufferPointer(start: start, count: count)), folder: folder)
    return 0
}
