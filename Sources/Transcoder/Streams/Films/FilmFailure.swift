import Contracts
import VOD

/// What a failed probe or run means for the film, in words for a person. Pure.
enum FilmFailure {
    static let noThread = StreamReason(code: "worker_overloaded", message: "The worker has no more threads.")
    static let probeTimeout = StreamReason(
        code: "provider_slow", message: "The provider sends this film too slowly to look into it.")

    static func reason(_ error: any Error) -> StreamReason {
        switch error {
        case let error as FilmSourceError: error.reason
        case let error as FilmError: StreamReason(code: error.code.rawValue, message: error.sentence)
        default: StreamReason(code: "film_damaged", message: "A part of this film cannot be decoded.")
        }
    }

    /// Trying again at once cannot help.
    static func isFinal(_ error: any Error) -> Bool {
        switch error {
        case let error as FilmSourceError: error.isFinal
        case is FilmError: true
        default: false
        }
    }
}
