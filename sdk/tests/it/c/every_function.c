/* Calls every function of the headers and publishes what comes back. The input is a key, a signature, a recovery id, and a
 * message; the journal as the test says. */

#include "zisk.h"
#include "zkvm_accelerators.h"
#include "zkvm_io.h"

_Static_assert(sizeof(zkvm_keccak256_hash) == 32 && _Alignof(zkvm_keccak256_hash) == 8, "a digest");
_Static_assert(sizeof(zkvm_sha256_hash) == 32 && _Alignof(zkvm_sha256_hash) == 8, "a digest");
_Static_assert(sizeof(zkvm_secp256k1_hash) == 32 && _Alignof(zkvm_secp256k1_hash) == 8, "a digest");
_Static_assert(sizeof(zkvm_secp256k1_signature) == 64 && _Alignof(zkvm_secp256k1_signature) == 8, "a signature");
_Static_assert(sizeof(zkvm_secp256k1_pubkey) == 64 && _Alignof(zkvm_secp256k1_pubkey) == 8, "a key");
_Static_assert(sizeof(zkvm_status) == sizeof(int) && ZKVM_EOK == 0 && ZKVM_EFAIL == -1, "a status");

/* In each of the sections that a linker script has to know. */
static const char name[] = "constants";
static uint32_t counter = 41;
static uint8_t zeros[5000];

static void publish_status(zkvm_status status) {
    int8_t byte = (int8_t)status;
    write_output((const uint8_t *)&byte, 1);
}

static void *checked(void *block) {
    if (!block || (uintptr_t)block % 16) exit(3);
    return block;
}

/* A block that grows, with a freed one in between. */
static void publish_blocks(void) {
    uint8_t *block = checked(calloc(3, 4));
    for (size_t i = 0; i < 12; i++) block[i] |= (uint8_t)i;
    free(checked(malloc(100)));
    block = checked(realloc(block, 20000));
    memset(block + 12, 0xee, 20000 - 12);
    memmove(block + 1, block, 12);
    write_output(block, 14);
    free(block);
    if (malloc((size_t)1 << 40) || calloc((size_t)1 << 60, 16)) exit(4);
}

int main(int argc, char **argv) {
    if (argc != 0 || argv[0]) return 5;
    const uint8_t *input, *again;
    size_t len, len_again;
    read_input(&input, &len);
    read_input(&again, &len_again);
    if (again != input || len_again != len || (uintptr_t)input % 8) return 6;

    struct {
        zkvm_secp256k1_pubkey key;
        zkvm_secp256k1_signature signature;
    } claim;
    if (len <= sizeof claim) return 7;
    memcpy(&claim, input, sizeof claim);
    uint8_t recid = input[sizeof claim];
    const uint8_t *message = input + sizeof claim + 1;
    len -= sizeof claim + 1;

    zkvm_sha256_hash sha256;
    publish_status(zkvm_sha256(message, len, &sha256));
    write_output(sha256.data, sizeof sha256.data);

    zkvm_keccak256_hash hash;
    publish_status(zkvm_keccak256(message, len, &hash));
    write_output(hash.data, sizeof hash.data);

    bool verified[2];
    publish_status(zkvm_secp256k1_verify(&hash, &claim.signature, &claim.key, &verified[0]));
    publish_status(zkvm_secp256k1_verify(&sha256, &claim.signature, &claim.key, &verified[1]));
    write_output((const uint8_t *)verified, sizeof verified);

    zkvm_secp256k1_pubkey recovered;
    publish_status(zkvm_secp256k1_ecrecover(&hash, &claim.signature, recid, &recovered));
    publish_status(zkvm_secp256k1_ecrecover(&hash, &claim.signature, 4, &recovered));
    publish_status(memcmp(&recovered, &claim.key, sizeof recovered) ? ZKVM_EFAIL : ZKVM_EOK);

    /* 3 to the power of 200 modulo the hash. */
    uint8_t power[32];
    publish_status(zkvm_modexp((const uint8_t[]){3}, 1, (const uint8_t[]){200}, 1, hash.data, sizeof hash.data, power));
    write_output(power, sizeof power);

    publish_blocks();
    counter += zeros[4999] + 1;
    write_output((const uint8_t *)&counter, sizeof counter);
    write_output((const uint8_t *)name, strlen(name));
    write_output(NULL, 0);
    return 0;
}
