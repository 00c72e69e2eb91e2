import NIOCore
import NIOHTTP1
import NIOPosix

/// The panel's port: the catalog, and media addresses that answer with a redirect.
struct Panel {
    let provider: Provider

    func answer(_ request: Request) -> Answer {
        switch request.segments.first {
        case nil: return .text("Access denied", status: .forbidden)
        case "control": return ControlAPI(provider: provider).answer(request).named("control", stream: "")
        case "player_api.php", "panel_api.php", "get.php", "xmltv.php": return catalog(request)
        case "images": return image(request)
        default: return media(request)
        }
    }

    private func catalog(_ request: Request) -> Answer {
        var delay: Int64 = 0
        for fault in provider.faults.take(at: .api, stream: request.query["action"] ?? "") {
            switch fault.kind {
            case .slowConnect: delay = Int64(fault.seconds * 1000)
            default: return FaultAnswer(provider: provider).plain(fault)
            }
        }
        let catalog = Catalog(provider: provider)
        var answer = Answer.later(provider.files.runIfActive(eventLoop: request.loop) { catalog.answer(request) })
        answer.delay = delay
        return answer
    }

    private func image(_ request: Request) -> Answer {
        guard request.segments.count == 2, let name = request.segments.last else { return .status(404) }
        if let painter = PosterPainter(name) {
            return .later(
                provider.files.runIfActive(eventLoop: request.loop) {
                    Answer(headers: ["content-type": "image/png"], body: .bytes(painter.png))
                })
        }
        guard name.wholeMatch(of: /[a-z0-9-]+\.jpg/) != nil
        else { return .status(404) }
        let path = provider.imageFolder + "/" + name
        return .later(
            provider.files.runIfActive(eventLoop: request.loop) {
                guard let bytes = try? FilmFile(path: path).read(at: 0, count: 4 << 20) else { return .status(404) }
                return Answer(headers: ["content-type": "image/jpeg"], body: .bytes(bytes))
            })
    }

    // MARK: Media

    private func media(_ request: Request) -> Answer {
        guard let address = MediaAddress(request.segments, library: provider.library) else {
            return .status(404)
        }
        let target = address.target
        let rules = provider.settings
        guard address.user == rules.user, address.password == rules.password else {
            return .status(401).named(target.kind.rawValue, stream: target.stream)
        }
        var answer = faulty(request, target) ?? redirect(request, target, rules)
        answer.path = "panel"
        answer.stream = target.stream
        return answer
    }

    private func redirect(_ request: Request, _ target: MediaTarget, _ rules: ProviderSettings) -> Answer {
        let exists = target.kind == .live ? provider.channels[target.id] != nil : provider.film(for: target) != nil
        guard exists else { return .status(404) }
        guard rules.accountStatus == "Active" else { return .status(403) }
        if case .status(let code) = rules.overLimit, !request.isHead,
            provider.ledger.activeConnections(rules) >= rules.maxConnections
        {
            return .status(code)
        }
        let token = provider.tokens.issue(target, hopsLeft: rules.hops - 1, lifetime: rules.tokenLifetime)
        let gate = target.kind == .live ? "auth/\(token)" : "vauth/\(token)/\(target.id).\(target.format)"
        return .redirect(to: "\(provider.deliveryAddress(for: request))/\(gate)")
    }

    private func faulty(_ request: Request, _ target: MediaTarget) -> Answer? {
        var delay: Int64 = 0
        for fault in provider.faults.take(at: .panel, stream: target.stream) {
            switch fault.kind {
            case .slowConnect: delay = Int64(fault.seconds * 1000)
            case .redirectLoop:
                return .redirect(to: "\(provider.deliveryAddress(for: request))/round/1")
            case .redirectPrivate: return .redirect(to: fault.location)
            default: return FaultAnswer(provider: provider).plain(fault)
            }
        }
        guard delay > 0 else { return nil }
        var answer = redirect(request, target, provider.settings)
        answer.delay = delay
        return answer
    }
}
