/// The request on whose behalf the current task works. Every log line carries its id, and messages between services
/// pass it on, so that one viewer's request can be followed through all of them.
///
/// (Not called `RequestContext`: that is Hummingbird's name for something else.)
public enum RequestScope {
    /// `nil` outside a request, and on threads that are not Swift tasks.
    @TaskLocal public static var id: String?

    /// The current id, or a new one for work that nobody asked for.
    public static var idOrNew: String { id ?? makeID() }

    /// 16 hex digits of chance.
    public static func makeID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// An id that came from outside, if it is harmless in a log line and a header (1 to 64 of `A-Z a-z 0-9 - _ .`);
    /// otherwise a new one.
    public static func accept(_ incoming: String?) -> String {
        guard let incoming, (1...64).contains(incoming.utf8.count),
            incoming.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x2E || byte == 0x5F
            })
        else { return makeID() }
        return incoming
    }

    /// Runs `body` as part of the request `id`.
    public static func with<Result>(
        _ id: String, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await $id.withValue(id, operation: body)
    }
}
