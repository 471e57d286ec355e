import Crypto
package import Foundation
import Storage

/// The signature by which a receiver knows that a message is ours, whole and recent.
package enum DeliverySignature {
    /// The header field that carries it.
    package static let field = "Lethe-Signature"

    /// The field's value: `t=<seconds since 1970>,v1=<HMAC-SHA-256 in hexadecimal>`.
    ///
    /// The code (RFC 2104, FIPS 180-4) is taken over the seconds in decimal, a full stop and the body.
    package static func value(body: String, secret: [UInt8], time: Date) -> String {
        let seconds = time.milliseconds / 1000
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(seconds).\(body)".utf8), using: SymmetricKey(data: secret))
        return "t=\(seconds),v1=\(hexadecimal(code))"
    }
}
