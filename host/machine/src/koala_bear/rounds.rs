//! The rounds of Poseidon2 (eprint 2023/323), as Plonky3 has them: its constants, its linear layers.
//!
//! They compute with whatever is given: elements, or what they are in constraints. Constants are multiples of `one`, so that all
//! rounds of nothing are nothing. A cube is what `cube` says.

use p3_field::Algebra;
use p3_koala_bear::{
    GenericPoseidon2LinearLayersKoalaBear as Layers, KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL,
    KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL, KOALABEAR_POSEIDON2_RC_24_INTERNAL,
};
use p3_poseidon2::GenericPoseidon2LinearLayers;
use zisk_stark::Val;

/// Elements of a state.
pub(super) const WIDTH: usize = 24;
/// Cubes of a permutation: of all elements in the first and the last rounds, of one in those between.
pub(super) const NUM_CUBES: usize = WIDTH
    * (KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL.len() + KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL.len())
    + KOALABEAR_POSEIDON2_RC_24_INTERNAL.len();

/// All rounds.
pub(super) fn permute<E: Algebra<Val>>(state: &mut [E; WIDTH], one: &E, mut cube: impl FnMut(E) -> E) {
    Layers::external_linear_layer(state);
    external(state, one, &KOALABEAR_POSEIDON2_RC_24_EXTERNAL_INITIAL, &mut cube);
    for constant in KOALABEAR_POSEIDON2_RC_24_INTERNAL {
        state[0] = cube(state[0].clone() + one.clone() * constant);
        Layers::internal_linear_layer(state);
    }
    external(state, one, &KOALABEAR_POSEIDON2_RC_24_EXTERNAL_FINAL, &mut cube);
}

fn external<E: Algebra<Val>>(
    state: &mut [E; WIDTH],
    one: &E,
    constants: &[[Val; WIDTH]],
    cube: &mut impl FnMut(E) -> E,
) {
    for constants in constants {
        for (element, constant) in state.iter_mut().zip(constants) {
            *element = cube(element.clone() + one.clone() * *constant);
        }
        Layers::external_linear_layer(state);
    }
}
