/* What a guest program reads and publishes, in the names of the Ethereum zkVM standard
 * (https://github.com/eth-act/zkvm-standards, io-interface). */

#ifndef ZKVM_IO_H
#define ZKVM_IO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the private input lies, and how many bytes it has. The bytes are the input itself and no copy: they stay where they
 * are, cannot be written to, and cost nothing until they are looked at. Every call gives the same.
 *
 * A host may give zisk an input of several frames; this is the first of them, such as the file of
 * `cargo zisk run --input FILE`. It begins on a multiple of 8. Without any frame *buf_size is 0 and *buf_ptr null.
 *
 * The input is the prover's free choice. What matters to those who verify must be checked, or published. */
void read_input(const uint8_t **buf_ptr, size_t *buf_size);

/* Appends size bytes to the public output, which zisk calls the journal. What is written before a program fails stays. */
void write_output(const uint8_t *output, size_t size);

#ifdef __cplusplus
}
#endif

#endif
