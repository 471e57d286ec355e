import CLinux
import Diagnostics
import Foundation
import Systemd
import TestSupport
import Testing

@Suite("Telling the service manager")
struct ServiceNotifierTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func notifier(_ address: String?, timeout: Int = 5_000_000) throws -> ServiceNotifier {
        try ServiceNotifier(
            environment: address.map { ["NOTIFY_SOCKET": $0] } ?? [:], processIdentifier: 1, sendTimeout: timeout,
            monotonicMicroseconds: { 1_234_567_890 })
    }

    struct Message: Sendable, CustomTestStringConvertible {
        var bytes: String
        var send: @Sendable (ServiceNotifier) throws -> Void
        var testDescription: String { bytes.prefix(60).debugDescription }
    }

    static let messages = [
        Message(bytes: "READY=1") { try $0.ready() },
        Message(bytes: "READY=1\nSTATUS=Idle") { try $0.ready(status: "Idle") },
        Message(bytes: "STATUS=Judging 3 of 7") { try $0.status("Judging 3 of 7") },
        Message(bytes: "STATUS=") { try $0.status("") },
        Message(bytes: "STATUS=a READY=1  b c") { try $0.status("a\nREADY=1\r\nb\u{0}c") },
        Message(bytes: "STATUS=" + String(repeating: "x", count: 2_041)) {
            try $0.status(String(repeating: "x", count: 9_000))
        },
        // Two bytes do not fit into the one that is left: the character goes whole.
        Message(bytes: "STATUS=" + String(repeating: "é", count: 1_020)) {
            try $0.status(String(repeating: "é", count: 5_000))
        },
        Message(bytes: "RELOADING=1\nMONOTONIC_USEC=1234567890") { try $0.reloading() },
        Message(bytes: "STOPPING=1") { try $0.stopping() },
        Message(bytes: "WATCHDOG=1") { try $0.watchdog() },
        Message(bytes: "WATCHDOG=trigger") { try $0.watchdogTrigger() },
        Message(bytes: "EXTEND_TIMEOUT_USEC=90000000") { try $0.extendTimeout(seconds: 90) },
        Message(bytes: "EXTEND_TIMEOUT_USEC=0") { try $0.extendTimeout(seconds: -1) },
        Message(bytes: "EXTEND_TIMEOUT_USEC=4294967295000000") { try $0.extendTimeout(seconds: .max) },
    ]

    @Test("Each message is one datagram of exactly these bytes, at a path", arguments: messages)
    func exactBytesAtPath(message: Message) throws {
        let receiver = try DatagramReceiver(at: folder.file("notify"))
        try message.send(notifier(folder.file("notify")))
        #expect(try receiver.receiveText() == message.bytes)
        #expect(receiver.isEmpty)
    }

    @Test("Each message reaches a socket of the abstract namespace", arguments: messages)
    func exactBytesAtAbstractName(message: Message) throws {
        let address = "@lethe-test-\(UUID().uuidString)"
        let receiver = try DatagramReceiver(at: address)
        try message.send(notifier(address))
        #expect(try receiver.receiveText() == message.bytes)
    }

    @Test("The time of a reload is the monotonic clock's, in microseconds")
    func monotonicClock() throws {
        let receiver = try DatagramReceiver(at: folder.file("notify"))
        let service = try ServiceNotifier(environment: ["NOTIFY_SOCKET": folder.file("notify")])
        let before = microseconds()
        try service.reloading()
        let after = microseconds()
        let text = try receiver.receiveText()
        let sent = try #require(UInt64(text.dropFirst("RELOADING=1\nMONOTONIC_USEC=".count)))
        #expect((before...after).contains(sent))
    }

    private func microseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1_000
    }

    @Test("Without a service manager every message is dropped", arguments: [nil, ""])
    func inactive(address: String?) throws {
        let service = try notifier(address)
        #expect(!service.isActive)
        for message in Self.messages { try message.send(service) }
    }

    @Test(
        "An address that cannot be one is an error",
        arguments: [
            "relative/path", "@", "vsock:2:1234", "/a\u{0}b", "/" + String(repeating: "x", count: 107),
            "@" + String(repeating: "x", count: 108), "/" + String(repeating: "ü", count: 4_000),
        ])
    func invalidAddress(address: String) throws {
        let error = #expect(throws: SystemdError.self) { try notifier(address) }
        #expect(error?.code == .invalidSocketAddress)
    }

    @Test("The longest addresses are taken", arguments: ["/" + String(repeating: "x", count: 106), longestName])
    func longestAddress(address: String) throws {
        #expect(try notifier(address).isActive)
    }

    static let longestName = "@" + String(repeating: "x", count: 107)

    @Test("A socket where nobody listens is an error")
    func nobodyListens() throws {
        let service = try notifier(folder.file("absent"))
        let error = #expect(throws: SystemdError.self) { try service.ready() }
        #expect(error?.code == .sendFailed)
        #expect(error?.description.hasPrefix("cannot notify the service manager: No such file") == true)
    }

    @Test("A service manager that does not read makes a message fail instead of blocking for ever")
    func fullReceiver() throws {
        let receiver = try DatagramReceiver(at: folder.file("notify"))
        let service = try notifier(folder.file("notify"), timeout: 1_000)
        let error = #expect(throws: SystemdError.self) {
            // More than any queue of datagrams holds.
            for _ in 0..<100_000 { try service.watchdog() }
        }
        #expect(error?.code == .sendFailed)
        #expect(try receiver.receiveText() == "WATCHDOG=1")
    }
}
