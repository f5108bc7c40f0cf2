internal import COpenVINO

// Each owner holds one object of the library and frees it when it goes; the pointers never leave the module.

struct Core: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.core_free(pointer) }
}

/// A graph as it was read.
struct Graph: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.model_free(pointer) }
}

/// What a graph declares of an input.
struct Port: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.output_const_port_free(pointer) }
}

/// A graph made ready for this processor.
struct CompiledGraph: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.compiled_model_free(pointer) }
}

struct InferRequest: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.infer_request_free(pointer) }
}

struct Tensor: ~Copyable {
    let library: OpenVINO
    let pointer: OpaquePointer
    deinit { library.functions.tensor_free(pointer) }
}
