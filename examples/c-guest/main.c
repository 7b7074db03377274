/* Shows that the owner of an Ethereum address signed a message, and neither the signature nor the message.
 *
 * Input: the public key (x and y, 64 bytes), the signature (r and s, 64 bytes), the message.
 * Journal: the address (20 bytes) and the message's Keccak-256 digest (32 bytes).
 * Exit codes: 1 if the signature is not one of this key and message, 2 if the input is too short. Nothing is published then. */

#include "zisk.h"
#include "zkvm_accelerators.h"
#include "zkvm_io.h"

enum { WRONG_SIGNATURE = 1, INPUT_TOO_SHORT = 2 };
enum { ADDRESS_LEN = 20 };

int main(void) {
    const uint8_t *input;
    size_t len;
    read_input(&input, &len);

    zkvm_secp256k1_pubkey key;
    zkvm_secp256k1_signature signature;
    if (len < sizeof key + sizeof signature) return INPUT_TOO_SHORT;
    memcpy(&key, input, sizeof key);
    memcpy(&signature, input + sizeof key, sizeof signature);
    const uint8_t *message = input + sizeof key + sizeof signature;

    zkvm_keccak256_hash hash;
    if (zkvm_keccak256(message, len - sizeof key - sizeof signature, &hash) != ZKVM_EOK) abort();

    bool is_valid;
    if (zkvm_secp256k1_verify(&hash, &signature, &key, &is_valid) != ZKVM_EOK) abort();
    if (!is_valid) return WRONG_SIGNATURE;

    zkvm_keccak256_hash key_hash;
    if (zkvm_keccak256(key.data, sizeof key.data, &key_hash) != ZKVM_EOK) abort();
    write_output(key_hash.data + sizeof key_hash.data - ADDRESS_LEN, ADDRESS_LEN);
    write_output(hash.data, sizeof hash.data);
    return 0;
}
