import Glibc
import NIOCore

/// Closing a socket in an orderly way, or with a reset as a crashed peer would.
enum Socket {
    static func close(_ channel: any Channel, resets: Bool) {
        guard resets, let options = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        // Lingering for zero seconds throws away what is unsent and sends RST.
        options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }
}
