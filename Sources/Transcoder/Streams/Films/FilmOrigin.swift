import Upstream

/// The way to a film's bytes: a provider connection and an address. Called on the reader's thread only; may block.
protocol FilmOrigin: Sendable {
    /// Reserves one connection of the provider's account; idempotent.
    func reserve(until deadline: ContinuousClock.Instant) throws(FilmSourceError)
    /// The connection is closed: gives the reservation back. Others may have it when this returns.
    func free()
    /// What to connect to.
    /// - Parameter renewing: a connection with the last address failed.
    func address(renewing: Bool, until deadline: ContinuousClock.Instant) throws(FilmSourceError) -> UpstreamURL
    /// Ends every wait, for good. Any thread.
    func cancel()
}
