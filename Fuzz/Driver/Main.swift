import CFuzzer
import Foundation

private let parser: Parser = {
    let name = ProcessInfo.processInfo.environment["LETHE_FUZZ_PARSER"] ?? ""
    guard let parser = Parser(rawValue: name) else {
        preconditionFailure("LETHE_FUZZ_PARSER is none of \(Parser.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return parser
}()

private let folder = ProcessInfo.processInfo.environment["LETHE_FUZZ_FOLDER"] ?? NSTemporaryDirectory()

/// Runs libFuzzer with the command line's arguments.
@main
enum Main {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            LLVMFuzzerRunDriver(&count, &arguments) { start, count in
                parser.run(Array(UnsafeBufferPointer(start: start, count: count)), folder: folder)
                return 0
            })
    }
}
