import Foundation

/// Measured times of one kind, in seconds.
struct Samples: ExpressibleByArrayLiteral {
    private(set) var values: [Double]

    init(_ values: [Double] = []) { self.values = values }
    init(arrayLiteral elements: Double...) { values = elements }

    mutating func add(_ value: Double) { values.append(value) }

    var count: Int { values.count }
    var maximum: Double { values.max() ?? .nan }
    var median: Double { quantile(0.5) }
    var p95: Double { quantile(0.95) }

    /// The smallest value that at least this share of all does not exceed (nearest rank); NaN if there is none.
    func quantile(_ share: Double) -> Double {
        guard !values.isEmpty else { return .nan }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
}
