/// Why a file cannot be looped as a live channel.
struct TransportStreamError: Error, CustomStringConvertible, Equatable {
    let description: String

    static let notTransportStream = TransportStreamError(description: "no MPEG-TS packets found")
    static let noProgram = TransportStreamError(description: "no PAT and PMT in the file")
    static let noClock = TransportStreamError(description: "the file carries no PCR, so its pace is unknown")
    static let tooShort = TransportStreamError(description: "less than half a second of pictures or sound")
    static let broken = TransportStreamError(description: "the file's clock jumps; re-mux it first")
}
