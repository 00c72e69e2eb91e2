import Contracts
import Hummingbird
import Redis

/// What the provider says of single titles and channels, for the face: through the TokenService's store.
struct FaceTitles: Sendable {
    let parts: GatewayParts

    private static let patience = Duration.seconds(10)
    /// Channels whose programmes one `xmltv.php` asks for, and how many of them at a time. Panels tell them one by one.
    private static let guides = 200
    private static let width = 8

    func film(_ id: Int64, _ rows: FaceRows, _ context: GatewayContext) async throws -> FaceFilmInfo {
        let answer = try await parts.held.holding {
            try await parts.metadata.film(id, deadline: .now + Self.patience, request: context.requestID)
        }
        return FaceFilmInfo(id, try CatalogAnswer.value(answer), parts.catalog.peek(.vod)?.entry(id: id), rows)
    }

    func series(_ id: Int64, _ rows: FaceRows, _ context: GatewayContext) async throws -> FaceSeriesInfo {
        let answer = try await parts.held.holding {
            try await parts.metadata.series(id, deadline: .now + Self.patience, request: context.requestID)
        }
        return FaceSeriesInfo(id, try CatalogAnswer.value(answer), parts.catalog.peek(.series)?.entry(id: id), rows)
    }

    func guide(_ channel: Int64, limit: Int, all: Bool, _ context: GatewayContext) async throws -> FaceGuide {
        let answer = try await parts.held.holding {
            try await parts.metadata.guide(channel, deadline: .now + Self.patience, request: context.requestID)
        }
        return FaceGuide(
            channel, try CatalogAnswer.value(answer), guideID: parts.catalog.peek(.live)?.entry(id: channel)?.guideID,
            now: WallClock.now() / 1000, limit: limit, all: all)
    }

    /// Programmes by channel, of the first `guides` channels that have a guide; what is not here within `patience` is left out.
    func programmes(
        of channels: [Contracts.CatalogEntry], _ context: GatewayContext
    ) async -> [Int64: [GuideMetadata.Programme]] {
        let deadline = ContinuousClock.now + Self.patience
        let (metadata, request) = (parts.metadata, context.requestID)
        let wanted = channels.filter { $0.guideID != nil }.prefix(Self.guides).map(\.id)
        return await withTaskGroup(of: (Int64, [GuideMetadata.Programme]).self) { group in
            var rest = wanted[...]
            func addNext() {
                guard ContinuousClock.now < deadline, let id = rest.popFirst() else { return }
                group.addTask {
                    let answer = try? await metadata.guide(id, deadline: deadline, request: request)
                    guard case .value(let guide)? = answer else { return (id, []) }
                    return (id, guide.programmes)
                }
            }
            for _ in 0..<Self.width { addNext() }
            var found: [Int64: [GuideMetadata.Programme]] = [:]
            for await (id, programmes) in group {
                found[id] = programmes
                addNext()
            }
            return found
        }
    }
}
