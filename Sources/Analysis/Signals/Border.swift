extension Signal {
    /// Share of the picture's height or width (the larger) that is a uniform black border throughout: left and right,
    /// or top and bottom together. A side counts as far as it is black in every sample, where a straight edge stands at
    /// just that depth in enough of them.
    public static let border = Signal("border", in: .share) { clip in
        guard !clip.samples.isEmpty else { return nil }
        let sides = (0..<4).map { side -> Double in
            let margins = clip.samples.map { $0.margins[side] }
            let depth = margins.map(\.depth).min() ?? 0
            guard depth > 0, depth < 65535 else { return 0 }
            // One line of the smallest picture, 1/256, is the same place.
            let edges = margins.count { $0.depth - depth <= 300 && Int($0.edge) >= straight }
            return Double(edges) >= seen * Double(margins.count) ? Double(depth) / 65535 : 0
        }
        return max(sides[0] + sides[1], sides[2] + sides[3])
    }
}

/// A straight edge covers at least this share of a line (of 255).
private let straight = 153
/// Share of the samples in which a border's edge must be seen; content beside it may be dark now and then.
private let seen = 0.25
