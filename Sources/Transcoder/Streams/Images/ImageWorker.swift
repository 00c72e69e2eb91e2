import Contracts
import Logging
import Metrics
import NIOCore
import Redis
import Runtime
import ServiceLifecycle

/// Answers wishes for pictures, a few at a time: fetching waits for the network, making smaller has one polite thread.
///
/// Bounded in every way: `width` at a time, the list by `Limits.imageWishes` (the oldest go), each wish by its deadline.
struct ImageWorker: Service {
    static let width = 4

    let store: ImageStore
    let wishes: RedisBlockingList
    let keys: Keys
    let instance: String
    let maker: ImageMaker
    let logger: Logger

    func run() async throws {
        let loop = WishLoop<ImageWish>(
            list: keys.imageWishes, blocking: wishes, width: Self.width, running: Gauge(label: "images_making"),
            malformed: Self.outcome("malformed"))
        await cancelWhenGracefulShutdown { await loop.run(answer) }
        maker.thread.close()
    }

    @Sendable private func answer(_ wish: ImageWish) async {
        do {
            Gauge(label: "image_wishes_waiting").record(try await store.waiting())
            switch try await store.begin(wish, by: instance) {
            case .late: Self.outcome("late").increment()
            case .busy: Self.outcome("busy").increment()
            case .made: Self.outcome("made_already").increment()
            case .proceed: try await make(wish.image)
            }
        } catch {
            logger.debug("Image wish not answered", metadata: ["error": "\(error)"])
        }
    }

    private func make(_ image: ImageName) async throws {
        do {
            guard let address = try await store.address(of: image) else { throw ImageMaker.Failure.passing("unknown") }
            let bytes = try await maker.make(image, from: address)
            try await store.store(ByteBuffer(bytes: bytes), as: image)
            Self.outcome("made").increment()
        } catch let failure as ImageMaker.Failure {
            Self.outcome(failure.code).increment()
            try await store.fail(image, code: failure.code, forget: failure.forget)
        }
    }

    /// `images_total{outcome}`: `made`, `made_already`, `busy`, `late`, `malformed`, or why not.
    private static func outcome(_ outcome: String) -> Counter {
        Counter(label: "images_total", dimensions: [("outcome", outcome)])
    }
}
