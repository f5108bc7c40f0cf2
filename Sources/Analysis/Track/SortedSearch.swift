extension Array {
    /// The first index whose element is not before a place, where all that are come first; `count` where all are.
    func firstIndex(notBefore isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
