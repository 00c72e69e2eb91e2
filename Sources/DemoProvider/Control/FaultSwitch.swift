import NIOCore
import NIOHTTP1
import NIOPosix

/// `POST /control/fault`: faults that happen now (`drop`, `stall`, `garbage`, `jump`, `wrap`, `switch`, `restart`,
/// `expire_tokens`), and faults that wait for requests (`Fault.Kind`).
struct FaultSwitch {
    let provider: Provider

    func apply(_ parameters: ControlParameters, on loop: any EventLoop) throws(ControlError) -> Answer {
        let kind = parameters.text("kind") ?? ""
        let stream = try parameters.stream()
        switch kind {
        case "drop" where parameters.text("seconds") == nil:
            return .json(["dropped": .of(drop(stream, resets: parameters.text("mode") == "rst"))])
        case "expire_tokens":
            provider.tokens.expireAll()
            return Self.done(1)
        case "stall":
            let seconds = try parameters.number("seconds", 0...3600) ?? 10
            let loses = try parameters.flag("lose") ?? false
            return onChannels(stream, loop) { $0.stall(seconds: seconds, losingData: loses) }
        case "garbage":
            let bytes = try garbage(parameters)
            return onChannels(stream, loop) { $0.insert(garbage: bytes) }
        case "jump":
            guard let seconds = try parameters.number("seconds", -90000...90000) else {
                throw ControlError("seconds is missing")
            }
            return onChannels(stream, loop) { $0.jump(seconds: seconds) }
        case "wrap":
            let seconds = try parameters.number("seconds", 0...86400) ?? 5
            return onChannels(stream, loop) { $0.wrap(within: seconds) }
        case "switch", "restart": return try change(kind, parameters, stream, loop)
        default: return try wait(kind, parameters, stream)
        }
    }

    private static func done(_ count: Int) -> Answer { .json(["affected": .of(count)]) }

    private func drop(_ stream: String?, resets: Bool) -> Int {
        let victims = provider.ledger.openMedia(stream: stream)
        for victim in victims {
            provider.ledger.explain(victim.id, reason: "fault_drop")
            Socket.close(victim.channel, resets: resets)
        }
        return victims.count
    }

    /// Random bytes, never a sync byte: whole packets' worth, or any number.
    private func garbage(_ parameters: ControlParameters) throws(ControlError) -> [UInt8] {
        let packets = try parameters.whole("packets", 1...100_000)
        let bytes = try parameters.whole("bytes", 1...10_000_000)
        let count = bytes ?? (packets ?? 20) * Int64(TransportPacket.size)
        return (0..<count).map { _ in
            let byte = UInt8.random(in: 0...255)
            return byte == TransportPacket.sync ? 0 : byte
        }
    }

    private func onChannels(_ stream: String?, _ loop: any EventLoop, _ act: @escaping @Sendable (LiveChannel) -> Void)
        -> Answer
    {
        // All means all that have ever been watched: the others have no time line yet.
        let channels = provider.channels.values.filter { channel in
            stream.map { $0 == "live-\(channel.source.id)" } ?? (channel.moment() != nil)
        }
        guard stream == nil || !channels.isEmpty else { return .json(["error": "no such channel"], status: .notFound) }
        return .later(
            EventLoopFuture.andAllSucceed(channels.map { $0.load(on: loop) }, on: loop).map {
                for channel in channels { act(channel) }
                return Self.done(channels.count)
            })
    }

    private func change(
        _ kind: String, _ parameters: ControlParameters, _ stream: String?, _ loop: any EventLoop
    ) throws(ControlError) -> Answer {
        guard let channel = provider.channels.values.first(where: { "live-\($0.source.id)" == stream }) else {
            throw ControlError("channel is missing or unknown")
        }
        var file = channel.source
        if kind == "switch" {
            guard let id = try parameters.whole("to", 1...Int64.max), let other = provider.channels[id] else {
                throw ControlError("to must be another channel's number")
            }
            file = other.source
        }
        let next = file
        let files = provider.files
        return .later(
            channel.load(on: loop).flatMap {
                files.runIfActive(eventLoop: loop) {
                    try channel.play(next)
                    return Self.done(1)
                }
            })
    }

    private func wait(_ name: String, _ parameters: ControlParameters, _ stream: String?) throws(ControlError) -> Answer
    {
        guard let kind = Fault.Kind(rawValue: name) else { throw ControlError("unknown kind of fault") }
        var place: Fault.Place?
        if let text = parameters.text("where") {
            place = Fault.Place(rawValue: text)
            if place == nil { throw ControlError("where must be api, panel or cdn") }
        }
        guard place == nil || place == .cdn || !Fault.Kind.ofFilms.contains(kind) else {
            throw ControlError("\(name) happens at the cdn only")
        }
        let lie = Fault.Lie(rawValue: parameters.text("mode") ?? "other")
        if kind == .rangeLie, lie == nil { throw ControlError("mode must be other, bytes or short") }
        let times = try parameters.whole("times", 0...1_000_000) ?? 1
        let seconds = try parameters.number("seconds", 0...3600) ?? (kind == .slowConnect ? 5 : 0)
        let status = try parameters.whole("status", 400...599) ?? 403
        let fault = provider.faults.add(
            kind, place: place, stream: stream, times: times == 0 ? nil : Int(times), seconds: seconds,
            status: Int(status), location: parameters.text("location") ?? "http://10.0.0.1/live/8.ts",
            resets: parameters.text("mode") == "rst", lie: lie ?? .other)
        return .json(["fault": fault.json])
    }
}
