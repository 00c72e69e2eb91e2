import Runtime

/// The SegmentStore: keeps films' segments and the books, and cleans up.
@main
enum SegmentStoreMain {
    static func main() async {
        await ServiceHost.main(.segmentStore) { try await SegmentStoreApp.build($0) }
    }
}
