import Runtime

/// The SegmentStore: keeps the books and cleans up (films follow: it will store their segments).
@main
enum SegmentStoreMain {
    static func main() async {
        await ServiceHost.main(.segmentStore) { try SegmentStoreApp.build($0) }
    }
}
