// Properties are named as panels name them in JSON.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import Contracts

/// What a panel says of an account and of itself, when no action is named.
struct FaceAccount: Encodable {
    struct User: Encodable {
        let username: String
        let password: String
        let message = ""
        let auth = 1
        let status = "Active"
        /// Unix seconds.
        let exp_date: String
        let is_trial = "0"
        let active_cons: String
        let created_at: String
        let max_connections: String
        let allowed_output_formats = ["m3u8", "ts"]
    }

    struct Server: Encodable {
        let url: String
        let port: String
        let https_port: String
        let server_protocol: String
        let rtmp_port = ""
        let timezone = "UTC"
        let timestamp_now: Int64
        let time_now: String
        let process = true
    }

    let user_info: User
    let server_info: Server

    /// What accounts without an end are told (2038-01-01): panels say `null`, on which many apps fail, and larger numbers do not fit
    /// into the 32 bits of others.
    private static let never = "2145916800"

    /// - Parameters:
    ///   - base: `https://host[:port]` of this gateway.
    ///   - playing: the account's streams now.
    ///   - now: Unix ms.
    init(_ guest: FaceGuest, base: String, playing: Int, now: Int64) {
        let viewer = guest.viewer
        user_info = User(
            username: guest.name, password: guest.password,
            exp_date: viewer?.expiresAt.map { String($0 / 1000) } ?? Self.never, active_cons: String(playing),
            created_at: String((viewer?.createdAt ?? 0) / 1000), max_connections: String(viewer?.streams ?? 100))
        let isSecure = base.hasPrefix("https://")
        let authority = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? base[...]
        // `[::1]:3000` has colons of its own.
        let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
        let port = colon.map { String(authority[authority.index(after: $0)...]) }
        server_info = Server(
            url: String(colon.map { authority[..<$0] } ?? authority), port: isSecure ? "80" : port ?? "80",
            https_port: isSecure ? port ?? "443" : "443", server_protocol: isSecure ? "https" : "http",
            timestamp_now: now / 1000, time_now: FaceTime.readable(now / 1000))
    }
}

/// Times as panels write them.
enum FaceTime {
    /// `2026-11-26 19:00:00`, UTC.
    /// - Parameter seconds: since 1970.
    static func readable(_ seconds: Int64) -> String {
        String(ProgramDate.text(seconds * 1000).prefix(19)).replacing("T", with: " ")
    }

    /// `20261126190000 +0000`, as XMLTV has it.
    static func guide(_ seconds: Int64) -> String {
        readable(seconds).filter { $0.isNumber } + " +0000"
    }
}
