/* What zisk computes for guest programs faster than instructions would, in the names and types of the Ethereum zkVM
 * standard for C (https://github.com/eth-act/zkvm-standards, c-interface-accelerators).
 *
 * Functions of the standard that are not declared here come later: RIPEMD-160, BLAKE2f, BN254, BLS12-381, KZG, secp256r1.
 *
 * All numbers are bytes, the highest first. A result may lie where an operand lies. It is written only on success.
 *
 * A null pointer to no bytes (length 0) is no bytes. Any other null pointer ends the program as abort() does, with exit
 * code 101 and a message. */

#ifndef ZKVM_ACCELERATORS_H
#define ZKVM_ACCELERATORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus) && __cplusplus >= 201103L
#define ZKVM_ALIGNED alignas(8)
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define ZKVM_ALIGNED _Alignas(8)
#else
#error "the types of this header take C11 or C++11: compile with -std=c11 or later"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* How a function ended. */
typedef enum {
    ZKVM_EOK = 0,
    /* There is no result for these operands. */
    ZKVM_EFAIL = -1
} zkvm_status;

typedef struct {
    ZKVM_ALIGNED uint8_t data[32];
} zkvm_bytes_32;

typedef struct {
    ZKVM_ALIGNED uint8_t data[64];
} zkvm_bytes_64;

typedef zkvm_bytes_32 zkvm_keccak256_hash;
typedef zkvm_bytes_32 zkvm_sha256_hash;
typedef zkvm_bytes_32 zkvm_secp256k1_hash;
/* r, then s */
typedef zkvm_bytes_64 zkvm_secp256k1_signature;
/* x, then y */
typedef zkvm_bytes_64 zkvm_secp256k1_pubkey;

/* The Keccak-256 digest of len bytes: Ethereum's, with Keccak's first padding and not that of SHA-3. Always ZKVM_EOK. */
zkvm_status zkvm_keccak256(const uint8_t *data, size_t len, zkvm_keccak256_hash *output);

/* The SHA-256 digest of len bytes. Always ZKVM_EOK. */
zkvm_status zkvm_sha256(const uint8_t *data, size_t len, zkvm_sha256_hash *output);

/* Whether sig is an ECDSA signature of the hash msg by the key pubkey. Always ZKVM_EOK: what is wrong with a signature or a
 * key, one that is no point of the curve among them, makes *verified false. s may be in the upper half of its range. */
zkvm_status zkvm_secp256k1_verify(const zkvm_secp256k1_hash *msg, const zkvm_secp256k1_signature *sig,
                                  const zkvm_secp256k1_pubkey *pubkey, bool *verified);

/* The key that made the signature sig of the hash msg; recid, 0 to 3, says which of those that there may be (Ethereum's v is
 * recid + 27). ZKVM_EFAIL if there is none, or recid is more than 3. An address is the last 20 bytes of the key's
 * Keccak-256 digest. */
zkvm_status zkvm_secp256k1_ecrecover(const zkvm_secp256k1_hash *msg, const zkvm_secp256k1_signature *sig, uint8_t recid,
                                     zkvm_secp256k1_pubkey *output);

/* base to the power of exp modulo modulus, in mod_len bytes at output. Lengths may be any, 0 among them; no bytes are the
 * number 0. Always ZKVM_EOK: modulo 0 the result is 0, and anything to the power of 0 is 1 modulo the modulus. */
zkvm_status zkvm_modexp(const uint8_t *base, size_t base_len, const uint8_t *exp, size_t exp_len, const uint8_t *modulus,
                        size_t mod_len, uint8_t *output);

#ifdef __cplusplus
}
#endif

#undef ZKVM_ALIGNED

#endif
