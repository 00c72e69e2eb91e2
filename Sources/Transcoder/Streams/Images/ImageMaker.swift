import Contracts
import Media
import NIOCore
import Upstream

/// Fetches a picture from the provider and makes it smaller.
struct ImageMaker: Sendable {
    /// Bytes of a file. Posters have a few hundred thousand.
    private static let largest = 12 << 20
    private static let patience = Duration.seconds(8)

    let client: UpstreamClient
    let thread: ImageThread

    /// Why there is no picture. The code is safe as a metric label.
    struct Failure: Error, Equatable {
        let code: String
        /// How long nobody tries again.
        let forget: Duration

        /// Another try may help soon.
        static func passing(_ code: String) -> Failure { Failure(code: code, forget: .seconds(60)) }
        static func lasting(_ code: String) -> Failure { Failure(code: code, forget: .seconds(3600)) }
    }

    func make(_ image: ImageName, from address: String) async throws(Failure) -> [UInt8] {
        let file = try await fetch(address)
        let format: StillEncoder.Format = image.format == .webp ? .webp : .jpeg
        let width = image.width
        do {
            return try await thread.run {
                try StillEncoder.encode(StillPicture(file), width: width, as: format)
            }
        } catch let error as LibavError {
            throw .lasting(error.code.rawValue)
        } catch {
            throw .passing("cancelled")
        }
    }

    private func fetch(_ address: String) async throws(Failure) -> [UInt8] {
        guard let url = try? UpstreamURL(address) else { throw .lasting("bad_address") }
        var request = UpstreamRequest(url)
        request.deadline = Self.patience
        request.body = .whole(limit: Self.largest)
        let response: UpstreamResponse
        do throws(UpstreamError) { response = try await client.request(request) } catch {
            switch error.code {
            case .refusedAddress, .tooLarge, .invalidRequest, .tooManyRedirects: throw .lasting(error.code.rawValue)
            default: throw .passing(error.code.rawValue)
            }
        }
        switch response.status {
        case 200...299: return response.body
        case 400...499: throw .lasting("status_4xx")
        default: throw .passing("status_5xx")
        }
    }
}
