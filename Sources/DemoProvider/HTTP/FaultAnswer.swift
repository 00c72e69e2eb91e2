import NIOHTTP1

/// The answers of faults that replace an answer altogether.
struct FaultAnswer {
    let provider: Provider

    func plain(_ fault: Fault) -> Answer {
        switch fault.kind {
        case .status: return .status(fault.status)
        case .empty: return Answer(headers: ["content-type": "video/mp2t"], body: .bytes([]))
        case .html:
            return .text("<html><body><h1>Not on air</h1></body></html>", type: "text/html; charset=utf-8")
        case .redirectPrivate: return .redirect(to: fault.location)
        case .redirectLoop: return .redirect(to: "/round/1")
        case .slate:
            guard let slate = provider.slate else { return .status(503) }
            return Answer(headers: ["content-type": "video/mp2t"], body: .slate(slate))
        case .drop: return Answer(body: .hangUp, dropsWithReset: fault.resets)
        // Nobody waits for ever: an hour is longer than any client's patience.
        case .hang, .slowConnect: return Answer(body: .hangUp, delay: 3_600_000)
        // Refused by `FaultSwitch` where they mean nothing.
        case .ignoreRange, .rangeLie, .resize: return .status(500)
        }
    }
}
