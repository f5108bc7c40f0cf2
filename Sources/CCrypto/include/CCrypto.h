// SHA-256 of OpenSSL's libcrypto, which takes the CPU's own instructions for it where there are some.
#ifndef CCRYPTO_H
#define CCRYPTO_H

#include <openssl/crypto.h>
#include <openssl/evp.h>

#endif
