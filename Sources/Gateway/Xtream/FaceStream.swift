import Executors
import Hummingbird
import NIOCore

/// Long bodies, written in parts of some 64 KiB, each when the one before is taken. They are made off the event loop (``OffLoop``): a
/// response's body is written when its handler, which has left the loop, is done.
enum FaceStream {
    private static let part = 64 * 1024

    /// A JSON array.
    /// - Parameter element: the JSON of one; called when it is needed.
    static func array(_ positions: [Int], _ element: @escaping @Sendable (Int) -> ByteBuffer) -> ResponseBody {
        offLoop { writer in
            var buffer = ByteBuffer(string: "[")
            for (place, position) in positions.enumerated() {
                if place > 0 { buffer.writeString(",") }
                var bytes = element(position)
                buffer.writeBuffer(&bytes)
                guard buffer.readableBytes >= part else { continue }
                try await writer.write(buffer)
                buffer.clear()
            }
            buffer.writeString("]")
            try await writer.write(buffer)
            try await writer.finish(nil)
        }
    }

    /// - Parameter body: writes the rest, in pieces as small as it likes.
    static func text(
        _ head: String, _ body: @escaping @Sendable ((String) async throws -> Void) async throws -> Void
    ) -> ResponseBody {
        offLoop { writer in
            var buffer = ByteBuffer(string: head)
            // A local copy: a closure may not take the parameter itself.
            var output = writer
            try await body { text in
                buffer.writeString(text)
                guard buffer.readableBytes >= part else { return }
                try await output.write(buffer)
                buffer.clear()
            }
            try await output.write(buffer)
            try await output.finish(nil)
        }
    }

    private static func offLoop(
        _ body: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> ResponseBody {
        ResponseBody { writer in
            // A local copy, as above.
            var output = writer
            try await withTaskExecutorPreference(TaskPool.shared) { try await body(&output) }
        }
    }
}
