import CLinux
import Glibc

/// A socket that sends datagrams to one address of the Unix domain, with a limit on how long a send may block.
final class DatagramSocket: Sendable {
    private let address: SocketAddress
    private let descriptor: Int32

    /// Creates the socket; the receiver need not be there yet.
    ///
    /// - Parameter timeout: How long a send may wait for a full receiver, in microseconds; never 0.
    init(to address: SocketAddress, timeout: Int) throws(SystemdError) {
        self.address = address
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw SystemdError(.socketUnavailable, errno: errno, "create a socket")
        }
        var limit = timeval(tv_sec: timeout / 1_000_000, tv_usec: timeout % 1_000_000)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Sends one datagram; returns the `errno` of a failure, 0 on success.
    func send(_ bytes: [UInt8]) -> Int32 {
        retryingInterrupts {
            address.withPointer { address, length in
                bytes.withUnsafeBytes { payload in
                    sendto(descriptor, payload.baseAddress, payload.count, Int32(MSG_NOSIGNAL), address, length)
                }
            }
        }
    }

    /// Sends an empty datagram that carries an open file; returns the `errno` of a failure, 0 on success.
    func send(descriptor file: Int32) -> Int32 {
        retryingInterrupts {
            address.withPointer { address, length in
                lethe_send_descriptor(descriptor, address, length, file, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private func retryingInterrupts(_ call: () -> Int) -> Int32 {
        while true {
            if call() >= 0 { return 0 }
            if errno != EINTR { return errno }
        }
    }
}
