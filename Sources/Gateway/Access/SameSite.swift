import HTTPTypes
import Hummingbird

/// Refuses what another site's page makes a browser send (CSRF). Programs that are no browsers send neither header and have no
/// cookie that could be misused.
enum SameSite {
    /// Throws 403 unless the request comes from a page of `host`.
    /// - Parameter base: this gateway's own address, `https://tv.example.com`.
    static func check(_ request: Request, base: String) throws {
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" {
            throw APIError.crossSite
        }
        // The scheme is not compared: a proxy that ends TLS need not say so.
        if let origin = request.headers[.origin], host(origin) != host(base) { throw APIError.crossSite }
    }

    private static func host(_ origin: String) -> Substring? {
        origin.firstRange(of: "://").map { origin[$0.upperBound...] }
    }
}
