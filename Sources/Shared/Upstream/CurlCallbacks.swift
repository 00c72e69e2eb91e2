import CCurl

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// The four functions that libcurl calls. Each finds its `CurlTransfer` in the data pointer, which is valid while the
// easy handle exists, and runs on the thread that drives the transfer.

private func transfer(_ data: UnsafeMutableRawPointer?) -> CurlTransfer? {
    data.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

/// Anything but the offered size ends the transfer.
private let abort = 0

let curlHeaderCallback: curl_write_callback = { bytes, size, count, data in
    guard let bytes, let transfer = transfer(data) else { return abort }
    let line = Array(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return transfer.receiveHeader(line) ? line.count : abort
}

let curlBodyCallback: curl_write_callback = { bytes, size, count, data in
    guard let bytes, let transfer = transfer(data) else { return abort }
    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return switch transfer.receiveBody(chunk) {
    case .taken: chunk.count
    case .full: Int(CURL_WRITEFUNC_PAUSE)
    case .enough, .refused: abort
    }
}

/// Called with every resolved address before a socket is opened, redirects and both families included.
let curlOpenSocketCallback: curl_opensocket_callback = { data, _, address in
    let none = curl_socket_t(-1)
    guard let address, let transfer = transfer(data) else { return none }
    let length = Int(address.pointee.addrlen)
    let resolved = withUnsafePointer(to: &address.pointee.addr) { NetworkAddress($0, length: length) }
    guard transfer.permits(resolved) else { return none }
    #if canImport(Glibc)
        let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    #else
        let type = address.pointee.socktype
    #endif
    return socket(address.pointee.family, type, address.pointee.protocol)
}

/// The second look, at the address of the connection that is about to be used, be it new or reused.
let curlBeforeRequestCallback: curl_prereq_callback = { data, peer, _, _, _ in
    guard let peer, let transfer = transfer(data), transfer.permits(NetworkAddress(String(cString: peer))) else {
        return CURL_PREREQFUNC_ABORT
    }
    return CURL_PREREQFUNC_OK
}
