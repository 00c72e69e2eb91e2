import Contracts
import Logging
import NIOCore
import S3
import ServiceLifecycle

/// Segments as objects of a bucket, named as files would be. Any number of stores may share it: puts are whole or nothing, and
/// two of one name write the same bytes.
struct S3Storage: SegmentStorage, Service {
    private let client: S3Client
    private let origins: [String]
    private let logger: Logger

    /// - Parameter origins: whose pages may read the objects in a browser; empty: nobody's.
    init(_ client: S3Client, origins: [String], logger: Logger) {
        self.client = client
        self.origins = origins
        self.logger = logger
    }

    /// A bucket that is away must not keep the service from starting: its rule is set beside everything else.
    func run() async throws {
        await cancelWhenGracefulShutdown { await allowOrigins() }
        try? await gracefulShutdown()
        await client.shutdown()
    }

    /// Nothing: what interrupted puts leave in a bucket is not there.
    func prepare() async throws(StorageError) {}

    /// Says who may read in a browser. A key that may not do so is enough for everything else.
    func allowOrigins() async {
        guard !origins.isEmpty else { return }
        do throws(S3Error) {
            try await client.allowOrigins(origins)
        } catch {
            logger.warning(
                "the bucket's CORS rule is not set; presigned delivery to browsers needs one",
                metadata: ["storage.reason": "\(error.message)"])
        }
    }

    func put(_ segment: StoredSegment, _ bytes: ByteBuffer) async throws(StorageError) {
        guard (1...StorageError.largestSegment).contains(bytes.readableBytes) else {
            throw StorageError(.badSegment, "a segment of \(bytes.readableBytes) bytes is not stored")
        }
        do throws(S3Error) {
            try await client.put(
                segment.path, Array(bytes.readableBytesView), contentType: segment.group.contentType)
        } catch {
            throw StorageError(error)
        }
    }

    func get(_ segment: StoredSegment) async throws(StorageError) -> ByteBuffer? {
        do throws(S3Error) {
            return try await client.get(segment.path, limit: StorageError.largestSegment).map { ByteBuffer(bytes: $0) }
        } catch {
            throw StorageError(error)
        }
    }

    func delete(_ segments: [StoredSegment]) async throws(StorageError) {
        for start in stride(from: 0, to: segments.count, by: 1000) {
            do throws(S3Error) {
                try await client.delete(segments[start..<min(start + 1000, segments.count)].map(\.path))
            } catch {
                throw StorageError(error)
            }
        }
    }

    func list(after token: String?) async throws(StorageError) -> StoragePage {
        do throws(S3Error) {
            let page = try await client.list(after: token)
            let entries = page.objects.compactMap { object in
                StoredSegment(path: object.name).map {
                    StoragePage.Entry(segment: $0, byteCount: object.byteCount, modified: object.modified)
                }
            }
            return StoragePage(entries: entries, next: page.next)
        } catch {
            throw StorageError(error)
        }
    }

    func freeBytes() async throws(StorageError) -> Int64? { nil }
}

extension StorageError {
    init(_ error: S3Error) {
        switch error.code {
        case .full: self.init(.full, error.message)
        case .noBucket, .denied: self.init(.refused, error.message)
        case .unavailable: self.init(.unavailable, error.message)
        case .badAnswer: self.init(.failed, error.message)
        case .cancelled: self.init(.cancelled, error.message)
        }
    }
}
