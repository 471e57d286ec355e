import Foundation

package enum ModelPath {
    package static func smolLM2() -> String {
        let e = ProcessInfo.processInfo.environment
        return (e["LETHE_MODELS"] ?? (e["HOME"] ?? "") + "/.cache/lethe/models") + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    }
}
