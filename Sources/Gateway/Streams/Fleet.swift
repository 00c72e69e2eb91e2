/// How many workers there are and how many would take one more channel, as this gateway last read it.
struct Fleet: Sendable, Equatable {
    let transcoders: Int
    let withRoom: Int
}
