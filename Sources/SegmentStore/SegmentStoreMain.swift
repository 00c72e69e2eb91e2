@main enum SegmentStoreMain { static func main() {} }
