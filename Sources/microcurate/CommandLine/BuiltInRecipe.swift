/// The recipe that `init` takes when none is named: manifests/microsim-10k.yaml, to the letter (a test compares).
enum BuiltInRecipe {
    static let microsim10k = #"""
        # MicroSim-10K: the published dataset's funnel and level shares as targets. Keys left out take the documented defaults.
        name: microsim-10k
        version: "1"
        description: >-
          Expert-verified clips of the microscopic world at the organ, cellular and subcellular levels, cut out of microscopy
          recordings and scientific animations.

        # 832x480, 16 frames a second, 81 frames: what Wan 2.1 T2V 1.3B was trained on.
        profile: wan2.1-t2v-1.3b

        propose:
          min_seconds: 2
          max_seconds: 10
          rest: keep

        review:
          quorum: 2

        labels:
          level: [organ, cellular, subcellular]

        targets:
          clips: 9601
          levels:
            organ: 59.1
            cellular: 22.4
            subcellular: 18.5
          funnel:
            sources: 12848
            proposed: 67853
            passed: 12194

        """#
}
