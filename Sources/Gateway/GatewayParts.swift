import Contracts
import Logging
import Redis

/// What the routes stand on: one of each per gateway.
struct GatewayParts: Sendable {
    let settings: GatewaySettings
    let instance: String
    let keys: Keys
    let redis: RedisClient
    let views: StreamViews
    let gate: StreamGate
    let films: FilmViews
    let filmGate: FilmGate
    let fleet: FleetWatch
    let secret: CapabilitySecret
    let segments: SegmentCache
    let usage: ServedTally
    let held: HeldRequests
    /// The provider's lists, for whoever renders them.
    let catalog: Catalog
    let address: PublicAddress
    /// `nil`: films' segments come through the gateway.
    let bucket: BucketDelivery?
    let metadata: MetadataRequester
    let access: Access
    let figures: GatewayFigures

    var choice: RenditionChoice {
        RenditionChoice(maximum: settings.maximumQuality, preferred: settings.defaultQuality)
    }

    func usage(_ film: StreamID, _ offer: FilmOffer) -> FilmUsage {
        FilmUsage(tally: usage, film: film, offer: offer, preferred: settings.defaultQuality)
    }

    /// The name under which requests without a session count: one anonymous viewer of this gateway. No client can say it, since sessions
    /// have no dot, and so move everybody who plays plain paths to another channel.
    var anonymousSession: String { "anonymous.\(instance)" }
}
