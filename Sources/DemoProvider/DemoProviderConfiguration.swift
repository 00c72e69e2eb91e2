import FoundationEssentials

/// All settings of a run, checked. The command line comes first, then `DEMO_*` in the environment, then the default.
struct DemoProviderConfiguration: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        let description: String
    }

    var host: String
    var port: Int
    var cdnPort: Int
    var media: String?
    var makeMedia: String?
    var log: String?
    var stopsWithInput: Bool
    var settings = ProviderSettings()

    init(
        _ options: DemoProviderOptions, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(Invalid) {
        let read = Source(environment: environment)
        host = read.text(options.host, "host") ?? "127.0.0.1"
        port = Int(try read.number(options.port, "port", 0...65535, example: "8880") ?? 8880)
        cdnPort = Int(try read.number(options.cdnPort, "cdn-port", 0...65535, example: "8881") ?? 0)
        media = read.text(options.media, "media")
        makeMedia = read.text(options.makeMedia, "make-media")
        log = read.text(options.log, "log")
        stopsWithInput = options.stopWithInput
        settings.deliveryHost = read.text(options.cdnHost, "cdn-host")
        settings.user = read.text(options.user, "user") ?? settings.user
        settings.password = read.text(options.password, "password") ?? settings.password
        try readLimits(options, read)
    }

    private mutating func readLimits(_ options: DemoProviderOptions, _ read: Source) throws(Invalid) {
        if let text = read.text(options.overLimit, "over-limit") {
            guard let rule = ProviderSettings.OverLimit(text) else {
                throw Invalid(
                    description: "--over-limit (DEMO_OVER_LIMIT) is kill, slate or a status 400...599, for example 458")
            }
            settings.overLimit = rule
        }
        if let value = try read.number(options.maxConnections, "max-connections", 0...1000, example: "3") {
            settings.maxConnections = Int(value)
        }
        if let value = try read.number(options.tokenTtl, "token-ttl", 0...86400, example: "30") {
            settings.tokenLifetime = value
        }
        if let value = try read.number(options.hops, "hops", 1...5, example: "2") { settings.hops = Int(value) }
        if let value = try read.number(options.throttle, "throttle", 0...1000, example: "1.2") {
            settings.throttle = value
        }
        if let value = try read.number(options.lateNotice, "late-notice", 0...3600, example: "13") {
            settings.lateNotice = value
        }
        if let value = try read.number(options.rtt, "rtt", 0...10000, example: "150") {
            settings.roundTrip = Int64(value)
        }
        if let value = try read.number(options.burst, "burst", 0...2, example: "1") { settings.burst = value }
        if let value = try read.number(options.paddingFilms, "padding-films", 0...1_000_000, example: "57000") {
            settings.paddingFilms = Int(value)
        }
        if let value = try read.number(options.paddingSeries, "padding-series", 0...1_000_000, example: "14000") {
            settings.paddingSeries = Int(value)
        }
    }

    /// One option in its two spellings.
    private struct Source {
        let environment: [String: String]

        func text(_ given: String?, _ name: String) -> String? {
            let value = given ?? environment[Self.variable(name)]
            return value?.isEmpty == true ? nil : value
        }

        func number(
            _ given: String?, _ name: String, _ range: ClosedRange<Double>, example: String
        ) throws(Invalid) -> Double? {
            guard let text = text(given, name) else { return nil }
            guard let value = Double(text), range.contains(value) else {
                throw Invalid(
                    description: "--\(name) (\(Self.variable(name))) must be from \(range.lowerBound) to "
                        + "\(range.upperBound), for example \(example)")
            }
            return value
        }

        private static func variable(_ name: String) -> String {
            "DEMO_" + name.uppercased().replacing("-", with: "_")
        }
    }
}
