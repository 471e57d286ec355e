package import Foundation
package import HTTPTransfer
package import Outbox

extension HTTPRequest {
    /// The POST of a message to an endpoint, signed at a time.
    package init(_ message: OutboxMessage, to endpoint: OutboxEndpoint, time: Date) {
        self.init(.post, endpoint.url)
        headers = [
            HTTPHeader("Content-Type", "application/json"), HTTPHeader("User-Agent", "lethe/0.1"),
            HTTPHeader("Lethe-Event", "verdict"), HTTPHeader("Lethe-Delivery", message.id),
        ]
        if let secret = endpoint.secret {
            let signature = DeliverySignature.value(body: message.body, secret: secret, time: time)
            headers.append(HTTPHeader(DeliverySignature.field, signature))
        }
        body = Array(message.body.utf8)
        certificateAuthorityPath = endpoint.certificateAuthorityPath
        if endpoint.allowsPlainHTTP { allowedSchemes.insert(.http) }
    }
}
