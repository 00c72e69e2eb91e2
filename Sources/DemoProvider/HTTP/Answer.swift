import NIOCore
import NIOHTTP1

/// What to do with a request: decided without touching the socket, carried out by `RequestHandler`.
struct Answer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case live(LiveChannel)
        case film(FilmPart)
        /// A file repeated for as long as the client stays, at the pace of its clock.
        case slate(LiveChannel)
        /// Not decided yet.
        case later(EventLoopFuture<Answer>)
        /// Closes the socket without an answer.
        case hangUp
    }

    var status: HTTPResponseStatus = .ok
    var headers: HTTPHeaders = [:]
    var body: Body
    /// How the log calls it.
    var path = "api"
    var stream = ""
    /// Milliseconds to wait first.
    var delay: Int64 = 0
    /// Others to close before this one starts.
    var victims: [any Channel] = []
    /// Closes this connection some seconds after it began, with a reset or an orderly end.
    var dropAfter: Double?
    var dropsWithReset = false
    /// A media connection was counted for it.
    var isMedia = false

    static func json(_ value: JSON, status: HTTPResponseStatus = .ok) -> Answer {
        Answer(
            status: status, headers: ["content-type": "application/json", "cache-control": "no-store"],
            body: .bytes(Array(value.encoded.utf8)))
    }

    static func text(_ text: String, type: String = "text/plain", status: HTTPResponseStatus = .ok) -> Answer {
        Answer(status: status, headers: ["content-type": type], body: .bytes(Array(text.utf8)))
    }

    static func status(_ code: Int) -> Answer {
        Answer(status: HTTPResponseStatus(statusCode: code), headers: ["content-type": "text/html"], body: .bytes([]))
    }

    static func redirect(to location: String) -> Answer {
        Answer(status: .found, headers: ["location": location, "cache-control": "no-store"], body: .bytes([]))
    }

    static func later(_ answer: EventLoopFuture<Answer>) -> Answer { Answer(body: .later(answer)) }

    func named(_ path: String, stream: String) -> Answer {
        var copy = self
        copy.path = path
        copy.stream = stream
        return copy
    }
}
