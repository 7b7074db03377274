use alloc::vec;
use core::array::from_fn;

use p3_air::WindowAccess;
use p3_field::{BasedVectorSpace, Field, PrimeCharacteristicRing};
use p3_lookup::Count;

use super::*;
use crate::bus::{Interactions, Message};
use crate::hash::Poseidon2Hash;
use crate::layout::DIMENSION;
use crate::parameters::Grinding;
use crate::table::TableBuilder;
use crate::{SharedProof, shared_challenges, verify_together};

/// Fields of a message: one more than a challenge has coefficients, so that some combination of powers of
/// `gamma` vanishes.
const NUM_FIELDS: usize = DIMENSION + 1;
const LOG_HEIGHT: usize = 6;

struct Said<E>([E; NUM_FIELDS]);

impl<E> Message<E> for Said<E> {
    const BUS: Bus = Bus { name: "said" };

    fn into_fields(self) -> impl IntoIterator<Item = E> {
        self.0
    }
}

/// Sends its public values and receives a row's cells, where the last column says so.
struct Speaker;

impl BaseAir<Val> for Speaker {
    fn width(&self) -> usize {
        NUM_FIELDS + 1
    }

    fn num_public_values(&self) -> usize {
        NUM_FIELDS
    }
}

impl<B: TableBuilder> Air<B> for Speaker {
    fn eval(&self, builder: &mut B) {
        let main = builder.main();
        let public = from_fn(|i| builder.public_values()[i].into());
        let cells = from_fn(|i| main.current_slice()[i].into());
        let is_real = main.current_slice()[NUM_FIELDS];
        builder.assert_bool(is_real);
        builder.send(Said(public), Count::bounded(is_real.into(), 1));
        builder.receive(Said(cells), Count::bounded(is_real.into(), 1));
    }
}

/// Numbers, not all zero, whose sum of products with `gamma`, `gamma^2`, ... is zero.
fn vanishing(gamma: Challenge) -> [Val; NUM_FIELDS] {
    let powers: Vec<Challenge> = gamma.shifted_powers(gamma).take(NUM_FIELDS).collect();
    let mut rows: [[Val; NUM_FIELDS]; DIMENSION] =
        from_fn(|row| from_fn(|column| powers[column].as_basis_coefficients_slice()[row]));
    for column in 0..DIMENSION {
        let pivot = (column..DIMENSION).find(|row| rows[*row][column] != Val::ZERO);
        rows.swap(column, pivot.unwrap());
        let inverse = rows[column][column].inverse();
        rows[column] = rows[column].map(|cell| cell * inverse);
        let pivot = rows[column];
        for (_, row) in rows.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = row[column];
            row.iter_mut()
                .zip(pivot)
                .for_each(|(cell, pivot)| *cell -= factor * pivot);
        }
    }
    from_fn(|i| {
        if i < DIMENSION {
            -rows[i][DIMENSION]
        } else {
            Val::ONE
        }
    })
}

/// A cheat commits to a message, asks for the challenges, and then finds public values that have its fingerprint.
#[test]
fn public_values_cannot_be_chosen_after_shared_challenges() {
    // Without work, which would have to be done again.
    let parameters = Parameters {
        grinding: Grinding::default(),
        ..Parameters::fast_insecure_for_tests()
    };
    let none = RowMajorMatrix::new(vec![], 0);
    let key: ProvingKey<_, Poseidon2Hash> =
        ProvingKey::with_shared_buses(vec![(Speaker, none)], &[Said::<Val>::BUS], parameters).unwrap();
    let said: [Val; NUM_FIELDS] = from_fn(|i| Val::from_usize(100 + i));
    let mut main = RowMajorMatrix::new(vec![Val::ZERO; (NUM_FIELDS + 1) << LOG_HEIGHT], NUM_FIELDS + 1);
    main.values[..NUM_FIELDS].copy_from_slice(&said);
    main.values[NUM_FIELDS] = Val::ONE;
    let traces = |public_values: [Val; NUM_FIELDS]| {
        let public_values = public_values.to_vec();
        let main = main.clone();
        vec![Trace { main, public_values }]
    };
    let verifying = key.verifying_key();
    for cheats in [false, true] {
        let mut early = commit_early(&key, &traces(said), None, &mut ()).unwrap();
        let (challenges, work) = shared_challenges(verifying, b"", &[early.statement()]);
        let mut public = said;
        if cheats {
            let change = vanishing(challenges.gamma);
            public
                .iter_mut()
                .zip(change)
                .for_each(|(value, change)| *value += change);
        }
        // The prover would notice.
        early.public_values = vec![public.to_vec()];
        let proof = prove_sharing(&key, traces(public), early, challenges, &mut ()).unwrap();
        let public_values: [&[Val]; 1] = [&public];
        let shared = SharedProof {
            proof: &proof,
            public_values: &public_values,
        };
        let result = verify_together(verifying, b"", &[shared], work, 0);
        assert_eq!(result.is_err(), cheats, "{result:?}");
    }
}
