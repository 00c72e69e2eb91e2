import NIOCore
import NIOPosix

/// Where a server listens when it should be reachable from everywhere.
public enum ListenAddress {
    /// `::`, which takes IPv4 too, or `0.0.0.0` on a machine without IPv6. Found out by trying, on a port that nobody uses.
    public static func any(on group: any EventLoopGroup) async -> String {
        do {
            let probe = try await ServerBootstrap(group: group).bind(host: "::", port: 0).get()
            try await probe.close().get()
            return "::"
        } catch {
            return "0.0.0.0"
        }
    }
}
