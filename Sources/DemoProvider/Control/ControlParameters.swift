import FoundationEssentials

/// The parameters of a control call: query and JSON body (a flat object) are the same to it.
struct ControlParameters {
    private let values: [String: String]

    init(_ request: Request) throws(ControlError) {
        var values = request.query
        if !request.body.isEmpty {
            guard let body = try? JSONDecoder().decode([String: Scalar].self, from: Data(request.body)) else {
                throw ControlError("the body must be a flat JSON object")
            }
            for (name, value) in body { values[name] = value.text }
        }
        self.values = values
    }

    private struct Scalar: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let flag = try? value.decode(Bool.self) {
                text = flag ? "true" : "false"
            } else if let whole = try? value.decode(Int64.self) {
                text = String(whole)
            } else if let number = try? value.decode(Double.self) {
                text = String(number)
            } else {
                text = try value.decode(String.self)
            }
        }
    }

    func text(_ name: String) -> String? { values[name] }

    /// The stream meant: `stream=live-8`, or `channel=8` for short; `nil` is all.
    func stream() throws(ControlError) -> String? {
        if let channel = try whole("channel", 1...Int64.max) { return "live-\(channel)" }
        return values["stream"].flatMap { $0 == "*" ? nil : $0 }
    }

    func number(_ name: String, _ range: ClosedRange<Double>) throws(ControlError) -> Double? {
        guard let text = values[name] else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw ControlError("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func whole(_ name: String, _ range: ClosedRange<Int64>) throws(ControlError) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            throw ControlError("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func flag(_ name: String) throws(ControlError) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true", "1": return true
        case "false", "0": return false
        default: throw ControlError("\(name) must be true or false")
        }
    }
}

/// A control call that cannot be done, said in one sentence.
struct ControlError: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
