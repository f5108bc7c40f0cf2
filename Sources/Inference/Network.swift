internal import COpenVINO
internal import Model

/// A network of one input, made ready to run on the processor in single precision.
///
/// Single precision even where the processor has a shorter one, which OpenVINO would prefer: scores would then differ
/// between machines by more than they are rounded to.
struct Network: ~Copyable {
    /// What an element of the input is.
    enum Element {
        case byte, float

        fileprivate var code: Int32 { Int32(self == .byte ? ov_type_u8 : ov_type_f32) }
    }

    /// An axis of the input: its limits, inclusive; nil for no upper one.
    struct Axis {
        let least: Int
        let most: Int?

        func allows(_ length: Int) -> Bool { length >= least && length <= most ?? length }
    }

    private let gate: Gate
    private let element: Element
    private let request: InferRequest

    /// Reads the ONNX file that `gate` is about.
    /// - Parameter fixed: given the axes that the network declares for its input, the shape to prepare it for; nil to
    ///   leave it open.
    static func open(
        _ gate: Gate, taking element: Element, threads: Int, fixed: ([Axis]) throws(Fault) -> [Int]?
    ) throws(Fault) -> Network {
        let (library, functions) = (gate.library, gate.library.functions)
        let core = Core(
            library: library, pointer: try gate.make("starting OpenVINO") { functions.core_create(&$0) })
        let graph = Graph(
            library: library,
            pointer: try gate.make("reading the network") {
                functions.core_read_model(core.pointer, gate.path, nil, &$0)
            })
        if let shape = try fixed(axes(of: graph, gate, taking: element)) {
            var dims = shape.map { ov_dimension(min: Int64($0), max: Int64($0)) }
            let rank = ov_dimension(min: Int64(dims.count), max: Int64(dims.count))
            let status = dims.withUnsafeMutableBufferPointer {
                functions.model_reshape_single_input(graph.pointer, ov_partial_shape(rank: rank, dims: $0.baseAddress))
            }
            try gate.check(status, "preparing the network for \(shape)")
        }
        let compiled = CompiledGraph(
            library: library,
            pointer: try gate.make("compiling the network") { compile(graph, on: core, threads: threads, &$0) })
        let request = InferRequest(
            library: library,
            pointer: try gate.make("preparing the network") {
                functions.compiled_model_create_infer_request(compiled.pointer, &$0)
            })
        return Network(gate: gate, element: element, request: request)
    }

    /// The axes of the one input; empty where the network leaves even their number open.
    private static func axes(
        of graph: borrowing Graph, _ gate: Gate, taking element: Element
    ) throws(Fault) -> [Axis] {
        let functions = gate.library.functions
        let (model, call) = (graph.pointer, "reading the network's input")
        var inputs = 0
        try gate.check(functions.model_inputs_size(model, &inputs), call)
        guard inputs == 1 else { throw gate.fault(.unsupported, "the network has \(inputs) inputs instead of one") }
        let port = Port(
            library: gate.library, pointer: try gate.make(call) { functions.model_const_input_by_index(model, 0, &$0) })
        var type: Int32 = 0
        try gate.check(functions.port_get_element_type(port.pointer, &type), call)
        guard type == element.code else {
            let wanted = element == .byte ? "bytes" : "32-bit floats"
            throw gate.fault(.unsupported, "the network's input is not of \(wanted)")
        }
        var shape = ov_partial_shape()
        try gate.check(functions.port_get_partial_shape(port.pointer, &shape), call)
        defer { functions.partial_shape_free(&shape) }
        guard shape.rank.min == shape.rank.max, let dims = shape.dims else { return [] }
        return UnsafeBufferPointer(start: dims, count: Int(shape.rank.min)).map {
            Axis(least: Int($0.min), most: $0.max < 0 ? nil : Int($0.max))
        }
    }

    private static func compile(
        _ graph: borrowing Graph, on core: borrowing Core, threads: Int, _ made: inout OpaquePointer?
    ) -> ov_status {
        func property(_ key: StaticString, _ value: UnsafeRawPointer) -> ov_property {
            ov_property(key: UnsafeRawPointer(key.utf8Start).assumingMemoryBound(to: CChar.self), value: value)
        }
        func property(_ key: StaticString, _ value: StaticString) -> ov_property { property(key, value.utf8Start) }
        return "\(max(1, threads))".withCString { count in
            // Not pinned: several workers share the cores.
            let properties = [
                property("INFERENCE_PRECISION_HINT", "f32"), property("PERFORMANCE_HINT", "LATENCY"),
                property("NUM_STREAMS", "1"), property("ENABLE_CPU_PINNING", "NO"),
                property("INFERENCE_NUM_THREADS", count),
            ]
            return core.library.functions.core_compile_model_props(
                core.pointer, graph.pointer, "CPU", properties.count, properties, &made)
        }
    }

    /// Runs the network over one input of `shape`.
    /// - Parameter fill: writes every byte of the input.
    /// - Returns: the first output's elements in their order.
    func run(_ shape: [Int], fill: (UnsafeMutableRawBufferPointer) -> Void) throws(Fault) -> [Float] {
        let functions = gate.library.functions
        let input = Tensor(
            library: gate.library,
            pointer: try gate.make("making room for the input") { made in
                shape.map(Int64.init).withUnsafeBufferPointer {
                    functions.tensor_create(
                        element.code, ov_shape(rank: Int64($0.count), dims: $0.baseAddress), &made)
                }
            })
        fill(try bytes(of: input))
        let request = request.pointer
        try gate.check(
            functions.infer_request_set_input_tensor_by_index(request, 0, input.pointer), "setting the input")
        try gate.check(functions.infer_request_infer(request), "running the network")
        let output = Tensor(
            library: gate.library,
            pointer: try gate.make("reading the output") {
                functions.infer_request_get_output_tensor_by_index(request, 0, &$0)
            })
        var type: Int32 = 0
        try gate.check(functions.tensor_get_element_type(output.pointer, &type), "reading the output")
        guard type == Element.float.code else {
            throw gate.fault(.unsupported, "the network's output is not of 32-bit floats")
        }
        return Array(try bytes(of: output).bindMemory(to: Float.self))
    }

    /// The tensor's own memory: it lasts as long as the tensor.
    private func bytes(of tensor: borrowing Tensor) throws(Fault) -> UnsafeMutableRawBufferPointer {
        var (count, data) = (0, UnsafeMutableRawPointer?.none)
        try gate.check(gate.library.functions.tensor_get_byte_size(tensor.pointer, &count), "reading a tensor's size")
        try gate.check(gate.library.functions.tensor_data(tensor.pointer, &data), "reading a tensor")
        return UnsafeMutableRawBufferPointer(start: data, count: data == nil ? 0 : count)
    }
}
