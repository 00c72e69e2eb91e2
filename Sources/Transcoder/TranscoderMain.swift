@main enum TranscoderMain { static func main() {} }
