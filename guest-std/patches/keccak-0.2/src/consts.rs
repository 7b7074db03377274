//! Lengths of states and numbers of rounds (FIPS 202, sections 3.1 and 3.4).

/// Lanes of a state.
pub const PLEN: usize = 25;

/// Rounds of Keccak-f[200].
pub const F200_ROUNDS: usize = 18;
/// Rounds of Keccak-f[400].
pub const F400_ROUNDS: usize = 20;
/// Rounds of Keccak-f[800].
pub const F800_ROUNDS: usize = 22;
/// Rounds of Keccak-f[1600].
pub const F1600_ROUNDS: usize = 24;
