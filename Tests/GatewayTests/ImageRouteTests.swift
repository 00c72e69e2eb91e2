import Contracts
import NIOCore
import NIOHTTP1
import Redis
import Testing

@testable import Gateway

@Suite struct ImageRouteTests {
    private static let key = "0123456789abcdef0123456789abcdef"
    private static let path = "/api/images/\(key)"

    private func store(_ fixture: GatewayFixture) -> ImageStore {
        ImageStore(redis: fixture.redis, media: fixture.redis, keys: fixture.keys)
    }

    private func name(_ width: Int, _ format: ImageName.Format) throws -> ImageName {
        try #require(ImageName(key: Self.key, width: width, format: format))
    }

    private func wishes(_ fixture: GatewayFixture) async throws -> [ImageWish] {
        let list = try await fixture.redis.send(["LRANGE", .text(fixture.keys.imageWishes), 0, -1]).array ?? []
        return list.compactMap { $0.string.flatMap { try? ImageWish(json: $0) } }
    }

    @Test func oneWishServesAllWhoWait() async throws {
        try await GatewayFixture.run { fixture in
            let image = try name(320, .webp)
            async let answers = withThrowingTaskGroup(of: HTTPProbe.Answer.self) { group in
                for width in ["", "?width=161", "?width=320"] {
                    group.addTask {
                        try await fixture.http.get(Self.path + width, ["accept": "image/avif,image/webp,*/*"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await fixture.eventually { try await wishes(fixture).contains { $0.image == image } }
            #expect(try await wishes(fixture).allSatisfy { $0.image == image })
            try await store(fixture).store(ByteBuffer(string: "RIFFpicture"), as: image)
            for answer in try await answers {
                #expect(answer.status == 200 && answer.text == "RIFFpicture")
                #expect(
                    answer.header("content-type") == "image/webp" && answer.header("vary")?.contains("Accept") == true)
                #expect(answer.header("cache-control")?.hasPrefix("public, max-age=") == true)
                #expect(answer.header("x-content-type-options") == "nosniff")
                let tag = try #require(answer.header("etag"))
                let again = try await fixture.http.get(
                    Self.path, ["if-none-match": tag, "accept": "image/webp"])
                #expect(again.status == 304 && again.body.readableBytes == 0)
            }
        }
    }

    @Test func whatIsMadeAlreadyNeedsNoWish() async throws {
        try await GatewayFixture.run { fixture in
            try await store(fixture).store(ByteBuffer(string: "jpeg"), as: name(1280, .jpeg))
            let answer = try await fixture.http.get(Self.path + "?width=9000")
            #expect(answer.status == 200 && answer.header("content-type") == "image/jpeg")
            // From memory now.
            _ = try await fixture.redis.send(["DEL", .text(fixture.keys.image(name(1280, .jpeg)))])
            #expect(try await fixture.http.get(Self.path + "?width=1280").text == "jpeg")
            let head = try await fixture.http.get(Self.path + "?width=1280", method: .HEAD)
            #expect(head.status == 200 && head.header("content-length") == "4")
            #expect(try await fixture.http.get(Self.path, method: .HEAD).status == 200)
            #expect(try await wishes(fixture).isEmpty)
        }
    }

    @Test func whatCannotBeHadIs404() async throws {
        try await GatewayFixture.run { fixture in
            try await store(fixture).fail(name(320, .jpeg), code: "status_4xx", forget: .seconds(60))
            let answer = try await fixture.http.get(Self.path)
            #expect(answer.status == 404 && answer.code == "image_unavailable")
            #expect(answer.header("cache-control") == "no-store" && !answer.text.contains("4xx"))
            for bad in ["x", "0123456789ABCDEF0123456789abcdef", "..%2f..%2fetc%2fpasswd", Self.key + "0"] {
                #expect(try await fixture.http.get("/api/images/\(bad)").status == 404)
            }
            for bad in ["0", "-1", "x", "99999999", "10001"] {
                let answer = try await fixture.http.get(Self.path + "?width=\(bad)")
                #expect(answer.status == 400 && answer.code == "bad_width")
            }
            #expect(try await wishes(fixture).isEmpty)
        }
    }
}
