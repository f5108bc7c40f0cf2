public import Model

extension Digest {
    /// Hashes a file in blocks of 1 MiB. Throws `Fault(.unreadable)`.
    public init(ofFile path: String) throws(Fault) {
        do {
            let file = try Descriptor(path, .read)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { block.deallocate() }
            var hash = RunningDigest()
            while case let count = try file.read(into: block), count > 0 {
                hash.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
            }
            self = hash.digest
        } catch {
            throw Fault(
                .unreadable, "it can't be read (\(error.text))", at: path, advice: "Check the file and the disk.")
        }
    }
}
