// The part of OpenVINO's C API that MicroCurator calls, opened at run time: nothing is linked, and the build needs no
// OpenVINO. Types and signatures as the headers of release 2026.4 declare them
// (https://github.com/openvinotoolkit/openvino/tree/master/src/bindings/c/include/openvino/c).
#ifndef COPENVINO_H
#define COPENVINO_H

#include <stddef.h>
#include <stdint.h>

typedef struct ov_core ov_core;
typedef struct ov_model ov_model;
typedef struct ov_compiled_model ov_compiled_model;
typedef struct ov_infer_request ov_infer_request;
typedef struct ov_tensor ov_tensor;
typedef struct ov_port ov_port;

/// 0 is success.
typedef int32_t ov_status;

enum { ov_type_f32 = 4, ov_type_u8 = 16 };

typedef struct {
    int64_t rank;
    const int64_t *dims;
} ov_shape;

/// Inclusive limits; -1 for an open one.
typedef struct {
    int64_t min;
    int64_t max;
} ov_dimension;

typedef struct {
    ov_dimension rank;
    ov_dimension *dims;
} ov_partial_shape;

typedef struct {
    const char *key;
    const void *value;
} ov_property;

/// X(result, name, parameters): every function of the library that is called.
#define OPENVINO_FUNCTIONS(X) \
    X(const char *, get_last_err_msg, (void)) \
    X(ov_status, core_create, (ov_core **)) \
    X(void, core_free, (ov_core *)) \
    X(ov_status, core_read_model, (const ov_core *, const char *path, const char *weights, ov_model **)) \
    X(ov_status, core_compile_model_props, \
      (const ov_core *, const ov_model *, const char *device, size_t, const ov_property *, ov_compiled_model **)) \
    X(ov_status, model_inputs_size, (const ov_model *, size_t *)) \
    X(ov_status, model_const_input_by_index, (const ov_model *, size_t, ov_port **)) \
    X(ov_status, model_reshape_single_input, (const ov_model *, ov_partial_shape)) \
    X(void, model_free, (ov_model *)) \
    X(ov_status, port_get_element_type, (const ov_port *, int32_t *)) \
    X(ov_status, port_get_partial_shape, (const ov_port *, ov_partial_shape *)) \
    X(void, output_const_port_free, (ov_port *)) \
    X(void, partial_shape_free, (ov_partial_shape *)) \
    X(ov_status, compiled_model_create_infer_request, (const ov_compiled_model *, ov_infer_request **)) \
    X(void, compiled_model_free, (ov_compiled_model *)) \
    X(ov_status, infer_request_set_input_tensor_by_index, (ov_infer_request *, size_t, const ov_tensor *)) \
    X(ov_status, infer_request_get_output_tensor_by_index, (const ov_infer_request *, size_t, ov_tensor **)) \
    X(ov_status, infer_request_infer, (ov_infer_request *)) \
    X(void, infer_request_free, (ov_infer_request *)) \
    X(ov_status, tensor_create, (int32_t type, ov_shape, ov_tensor **)) \
    X(ov_status, tensor_get_element_type, (const ov_tensor *, int32_t *)) \
    X(ov_status, tensor_get_byte_size, (const ov_tensor *, size_t *)) \
    X(ov_status, tensor_data, (const ov_tensor *, void **)) \
    X(void, tensor_free, (ov_tensor *))

#define OPENVINO_FIELD(result, name, parameters) result (*name) parameters;

/// The library's functions, named as there without the prefix `ov_`.
typedef struct {
    OPENVINO_FUNCTIONS(OPENVINO_FIELD)
} openvino_functions;

#undef OPENVINO_FIELD

/// Opens the library at `path` for the rest of the process and finds its functions.
/// - `error`: room for 512 bytes; the reason when it fails.
/// Returns 1, or 0 when the file is no library or lacks a function.
int copenvino_open(const char *path, openvino_functions *functions, char *error);

#endif
