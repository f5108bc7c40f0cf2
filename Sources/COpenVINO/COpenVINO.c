#include "COpenVINO.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#define ERROR_SIZE 512

int copenvino_open(const char *path, openvino_functions *functions, char *error)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(error, ERROR_SIZE, "%s", reason ? reason : "unknown error");
        return 0;
    }
    // A pointer to data becomes one to a function by its bytes (POSIX, dlsym).
#define FIND(result, name, parameters)                                   \
    {                                                                    \
        void *symbol = dlsym(library, "ov_" #name);                      \
        if (!symbol) {                                                   \
            snprintf(error, ERROR_SIZE, "it lacks ov_" #name);           \
            dlclose(library);                                            \
            return 0;                                                    \
        }                                                                \
        memcpy(&functions->name, &symbol, sizeof symbol);                \
    }
    OPENVINO_FUNCTIONS(FIND)
#undef FIND
    return 1;
}
