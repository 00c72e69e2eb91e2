/// One broken rule, said so that a person finds the place.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// Stable name of the rule: `cc`, `extinf`, `pcr.gap`. Tests that break something on purpose look for it.
    public let rule: String
    /// Where: `720p seq 17`, `line 12`.
    public let place: String
    public let message: String

    public init(_ rule: String, at place: String, _ message: String) {
        self.rule = rule
        self.place = place
        self.message = message
    }

    public var description: String { place.isEmpty ? "[\(rule)] \(message)" : "[\(rule)] \(place): \(message)" }

    /// The same with the place put behind another: a line of a playlist becomes a line of a version of a rendition.
    func inside(_ outer: String) -> Violation {
        Violation(rule, at: place.isEmpty ? outer : "\(outer), \(place)", message)
    }
}

/// Collects what is broken. The number that is kept is bounded: a wholly broken stream must not fill a log.
public struct Violations: Sendable {
    public static let most = 200

    public private(set) var list: [Violation] = []
    /// Found after the list was full.
    public private(set) var omitted = 0
    /// Where violations are found that do not say it themselves.
    var place = ""

    public init() {}

    public mutating func add(_ rule: String, at place: String? = nil, _ message: @autoclosure () -> String) {
        append(Violation(rule, at: place ?? self.place, message()))
    }

    /// Adds it unless the condition holds.
    public mutating func expect(
        _ condition: Bool, _ rule: String, at place: String? = nil, _ message: @autoclosure () -> String
    ) {
        if !condition { add(rule, at: place, message()) }
    }

    public mutating func append(_ violation: Violation) {
        if list.count < Self.most { list.append(violation) } else { omitted += 1 }
    }

    mutating func append(_ others: Violations, inside place: String) {
        for violation in others.list { append(violation.inside(place)) }
        omitted += others.omitted
    }
}

/// What a validator says in the end.
public struct ValidationReport: Sendable, CustomStringConvertible {
    public let violations: [Violation]
    public let omitted: Int
    /// What was looked at, so that a test can demand that something was: segments, frames, versions.
    public let counts: [String: Int]
    /// Measured peak and average bits per second by rendition.
    public let bitrates: [String: MeasuredBitrate]

    public var isValid: Bool { violations.isEmpty }

    public func has(_ rule: String) -> Bool { violations.contains { $0.rule == rule } }

    public var description: String {
        let head = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        let tail = omitted > 0 ? ["and \(omitted) more"] : []
        return ([head] + violations.map(\.description) + tail).joined(separator: "\n")
    }
}

/// Bits per second on the wire as RFC 8216 §4.3.4.2 measures them.
public struct MeasuredBitrate: Sendable, Hashable {
    /// The largest over any run of segments that lasts 0.5 to 1.5 target durations.
    public let peak: Int
    public let average: Int
}
