import Contracts

extension Settings {
    /// `BANDWIDTH_FREE_GB` (100, 0 to 1,000,000) and `BANDWIDTH_PRICE_PER_GB` (0.10, 0 to 100): what the platform asks for bytes
    /// that leave it.
    public func bandwidthPrice() throws(SettingsError) -> BandwidthBill.Price {
        BandwidthBill.Price(
            freeGigabytes: try number("BANDWIDTH_FREE_GB", default: 100, range: 0...1_000_000),
            perGigabyte: try number("BANDWIDTH_PRICE_PER_GB", default: 0.10, range: 0...100))
    }
}
