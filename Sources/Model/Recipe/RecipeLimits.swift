extension Recipe {
    /// Throws a `Fault` at `file` for the first value that is out of its range.
    func checkLimits(file: String) throws {
        func need(_ condition: Bool, _ what: String, _ advice: String) throws {
            if !condition { throw Fault(.invalid, what, at: file, advice: advice) }
        }
        try need(
            !name.isEmpty && !name.contains("/") && !version.contains("/"),
            "'name' is empty, or 'name' or 'version' holds a slash", "Releases are folders of that name.")
        let names = allProfiles.map(\.name)
        try need(
            names.contains(profile), "profile '\(profile)' is not defined",
            "Name one of \(names.joined(separator: ", ")), or define it under 'profiles'.")
        for profile in profiles {
            try need(
                !profile.name.isEmpty && profiles.count { $0.name == profile.name } == 1,
                "profile '\(profile.name)' is without a name of its own", "Give each profile another 'name'.")
            if let (what, advice) = profile.problem { try need(false, "profile '\(profile.name)': \(what)", advice) }
        }
        for (key, value, range) in ranges {
            try need(
                range.contains(value),
                "'\(key)' is \(value), it must lie in \(range.lowerBound) to \(range.upperBound)",
                "Correct the value.")
        }
        for (key, value, least) in leasts {
            try need(value >= least, "'\(key)' is \(value), it must be at least \(least)", "Correct the value.")
        }
        try need(
            export.validation + export.test < 1, "export.validation and export.test leave nothing to train on",
            "Let them add up to less than 1.")
        try need(propose.minSeconds > 0, "'propose.min_seconds' must be above 0", "The default is 2.")
        try need(
            propose.maxSeconds >= propose.minSeconds, "'propose.max_seconds' is below 'propose.min_seconds'",
            "Swap them.")
        try need(scan.sampleSeconds > 0, "'scan.sample_seconds' must be above 0", "The default is 0.5.")
        try need(
            [scan.encoder.mean, scan.encoder.deviation].allSatisfy { $0.count == 3 }
                && scan.encoder.deviation.allSatisfy { $0 > 0 },
            "'scan.encoder.mean' and 'deviation' are three numbers each, deviations above 0",
            "Write the values of red, green and blue.")
        try need(!labels.level.isEmpty, "'labels.level' names no level", "Leave it out for the usual three.")
    }

    private var ranges: [(key: String, value: Double, range: ClosedRange<Double>)] {
        [
            ("detect.cut_threshold", detect.cutThreshold, 0...1),
            ("detect.gradual_threshold", detect.gradualThreshold, 0...1),
            ("detect.neural_threshold", detect.neuralThreshold, 0...1),
            ("detect.similarity_threshold", detect.similarityThreshold, -1...1),
            ("dedup.max_distance", Double(dedup.maxDistance), 0...256),
            ("dedup.min_quality", Double(dedup.minQuality), 0...100), ("dedup.min_share", dedup.minShare, 0...1),
            ("dedup.min_overlap", dedup.minOverlap, 0...1), ("export.validation", export.validation, 0...1),
            ("export.test", export.test, 0...1),
        ]
            + Filters.all.compactMap { filter in
                filter.limit.flatMap { limit in
                    self.filter[limit.key].map { ("filter.\(limit.key)", $0, filter.range) }
                }
            }
    }

    private var leasts: [(key: String, value: Int, least: Int)] {
        [
            ("scan.thumbnail_size", scan.thumbnailSize, 1), ("scan.encoder.width", scan.encoder.width, 1),
            ("scan.encoder.height", scan.encoder.height, 1), ("detect.min_shot_frames", detect.minShotFrames, 0),
            ("dedup.min_matches", dedup.minMatches, 1), ("review.quorum", review.quorum, 1),
            ("review.carry_over_frames", review.carryOverFrames, 0), ("review.gold_every", review.goldEvery, 0),
            ("export.shard_samples", export.shardSamples, 1),
            ("export.shard_bytes", export.shardBytes, 1),
        ]
    }
}

extension Profile {
    /// What is wrong with it and what to do; nil where nothing is.
    fileprivate var problem: (what: String, advice: String)? {
        let isSized = (width ?? 0) > 0 && (height ?? 0) > 0 && width! % 2 == 0 && height! % 2 == 0
        if fit == .keep, width != nil || height != nil {
            return ("'fit: keep' takes no width and height", "Leave them out, or choose 'fit: crop' or 'fit: pad'.")
        }
        if fit != .keep, !isSized { return ("needs an even width and height", "Give both, or choose 'fit: keep'.") }
        if frames != nil, rate == nil || frames! < 1 {
            return ("'frames' needs a 'rate' and must be above 0", "Give both or neither.")
        }
        if rate.map({ $0 <= Rational(0) }) == true || ordinalRate <= Rational(0) {
            return ("a rate must be above 0", "Write frames a second, such as 16 or 30000/1001.")
        }
        if !Self.presets.contains(preset) {
            return ("x264 has no preset '\(preset)'", Suggestion.text(for: preset, among: Self.presets))
        }
        if !(0...51).contains(crf) { return ("crf is 0 to 51", "x264's default is 23.") }
        if gop < 1 { return ("gop must be at least 1", "The default is 16.") }
        return nil
    }
}
