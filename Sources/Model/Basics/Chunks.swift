extension Array {
    /// Its elements in order, in slices of `size`; the last one may hold fewer.
    public func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
