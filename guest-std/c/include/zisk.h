/* What programs expect of C and libzisk.a has: declared here because a cross compiler for bare machines may come without a
 * C library. Where there is one, its headers declare the same, and libzisk.a takes the place of its functions.
 *
 * A program defines `int main(void)` or `int main(int argc, char **argv)`, which has no arguments. What it returns is the
 * exit code: only 0 means success to those who verify a proof. */

#ifndef ZISK_H
#define ZISK_H

#include <stddef.h>

#ifdef __cplusplus
#define ZISK_NORETURN [[noreturn]]
extern "C" {
#else
#define ZISK_NORETURN __attribute__((noreturn))
#endif

/* Ends the program with an exit code. What was written to the journal stays. */
ZISK_NORETURN void exit(int status);

/* Ends the program as a failure, with exit code 101 and a message. */
ZISK_NORETURN void abort(void);

/* Memory from a heap of 768 MiB, on a multiple of 16. Null if there is not enough left. The library takes a few instructions
 * a call and reuses only the block that was allocated last, unless it was built with `--features free`. */
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);

void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);
size_t strlen(const char *text);

#ifdef __cplusplus
}
#endif

#undef ZISK_NORETURN

#endif
