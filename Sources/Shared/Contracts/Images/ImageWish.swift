/// "Make this size of that picture": to the transcoders, idempotent per name.
public struct ImageWish: Contract, Equatable {
    public var v = 1
    public let image: ImageName
    /// Redis time in ms after which nobody waits any more.
    public let deadline: Int64
    /// Request id for the logs.
    public let request: String

    public init(image: ImageName, deadline: Int64, request: String) {
        self.image = image
        self.deadline = deadline
        self.request = request
    }
}
