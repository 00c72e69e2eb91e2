/// "Load this list": to the TokenService, idempotent per kind.
public struct CatalogWish: Contract, Equatable {
    public var v = 1
    public let kind: CatalogKind
    /// Redis time in ms after which nobody waits any more.
    public let deadline: Int64
    /// Request id for the logs.
    public let request: String

    public init(kind: CatalogKind, deadline: Int64, request: String) {
        self.kind = kind
        self.deadline = deadline
        self.request = request
    }
}
