import NIOCore
import Testing

@testable import Gateway

@Suite struct ByteLRUTests {
    private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 7, count: count) }

    @Test func dropsTheLeastRecentlyUsed() {
        var cache = ByteLRU<String>(capacity: 30)
        for key in ["a", "b", "c"] { cache.set(key, bytes(10)) }
        #expect(cache.get("a") != nil)
        cache.set("d", bytes(10))
        #expect(cache.get("b") == nil)
        #expect(cache.get("a") != nil && cache.get("c") != nil && cache.get("d") != nil)
        #expect(cache.byteCount == 30 && cache.count == 3 && cache.evictions == 1)
    }

    @Test func keepsNothingLargerThanItself() {
        var cache = ByteLRU<String>(capacity: 10)
        cache.set("a", bytes(5))
        cache.set("b", bytes(11))
        #expect(cache.get("b") == nil && cache.get("a") != nil)
    }

    @Test func countsAReplacedEntryOnce() {
        var cache = ByteLRU<String>(capacity: 30)
        cache.set("a", bytes(10))
        cache.set("a", bytes(20))
        #expect(cache.byteCount == 20 && cache.count == 1 && cache.get("a")?.readableBytes == 20)
    }

    /// Against a slow model, over many random operations.
    @Test func agreesWithAModel() {
        var random = SystemRandomNumberGenerator()
        var cache = ByteLRU<Int>(capacity: 100)
        var model: [(key: Int, size: Int)] = []
        for _ in 0..<5_000 {
            let key = Int.random(in: 0..<30, using: &random)
            if Bool.random(using: &random) {
                let size = Int.random(in: 1...25, using: &random)
                cache.set(key, bytes(size))
                model.removeAll { $0.key == key }
                while model.map(\.size).reduce(0, +) + size > 100 { model.removeFirst() }
                model.append((key, size))
            } else {
                let index = model.firstIndex { $0.key == key }
                #expect(cache.get(key)?.readableBytes == index.map { model[$0].size })
                if let index { model.append(model.remove(at: index)) }
            }
            #expect(cache.byteCount == model.map(\.size).reduce(0, +))
        }
    }
}
