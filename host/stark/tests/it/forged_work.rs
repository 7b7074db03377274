//! Work that was not done, at each site that demands some.

use std::cell::Cell;

use p3_challenger::{CanObserve, CanSample, CanSampleBits, FieldChallenger, GrindingChallenger};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_matrix::dense::RowMajorMatrix;
use p3_symmetric::MerkleCap;
use serde_json::Value;
use zisk_stark::{
    Bus, Commitment, Grinding, Hash, MAX_GRINDING_BITS, Message, Parameters, ParametersError, Poseidon2Hash,
    Proof, ProvingKey, SetupError, SharedProof, Trace, Val, VerifyError, commit_early, prove, prove_sharing,
    shared_challenges, verify, verify_together,
};

use crate::tables::{ByteMessage, Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;
const BYTE: Bus = ByteMessage::<Val>::BUS;

fn pad(columns: &RowMajorMatrix<Val>, log_height: usize) -> RowMajorMatrix<Val> {
    let mut columns = columns.clone();
    columns.values.resize(columns.width << log_height, Val::ZERO);
    columns
}

fn try_key<H: Hash>(shared: &[Bus], parameters: Parameters) -> Result<ProvingKey<Small, H>, SetupError> {
    let honest = Honest::new(1);
    let tables = vec![
        (Small::Fibonacci, honest.no_fixed.clone()),
        (Small::Bytes, pad(&honest.fixed, LOG_BYTES)),
    ];
    ProvingKey::with_shared_buses(tables, shared, parameters)
}

/// A key whose one bus is shared, so that its proofs have every site.
fn key<H: Hash>(grinding: Grinding) -> ProvingKey<Small, H> {
    try_key(&[BYTE], with_grinding(grinding)).unwrap()
}

fn with_grinding(grinding: Grinding) -> Parameters {
    Parameters {
        grinding,
        ..Parameters::fast_insecure_for_tests()
    }
}

/// As much work at every site.
fn everywhere(bits: u8) -> Grinding {
    Grinding {
        bus: bits,
        shared_bus: bits,
        out_of_domain: bits,
        batch: bits,
        fold: bits,
        query: bits,
    }
}

/// Honest rows, and the public value.
fn traces<H: Hash>(key: &ProvingKey<Small, H>) -> (Vec<Trace>, Val) {
    let num_active = key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap();
    let rows = Honest::modular(num_active);
    let traces = vec![
        Trace {
            main: pad(&rows.fibonacci, LOG_HEIGHT),
            public_values: vec![rows.last],
        },
        Trace {
            main: pad(&rows.bytes, LOG_BYTES),
            public_values: vec![],
        },
    ];
    (traces, rows.last)
}

/// An honest proof as JSON, and the public value.
fn honest<H: Hash>(key: &ProvingKey<Small, H>) -> (Value, Val) {
    let (traces, last) = traces(key);
    let proof = serde_json::to_value(prove(key, traces).unwrap()).unwrap();
    (proof, last)
}

type Key = ProvingKey<Small, Poseidon2Hash>;

fn check(key: &Key, last: Val, proof: &Value) -> Result<(), VerifyError> {
    let proof: Proof<Poseidon2Hash> = serde_json::from_value(proof.clone()).unwrap();
    verify(key.verifying_key(), &[&[last], &[]], &proof, 0)
}

/// Where each witness stands in a proof, in the order in which they are found, and what a verifier says of a wrong
/// one.
fn sites(proof: &Value) -> Vec<(String, VerifyError)> {
    let mut sites = vec![
        (
            "/work/shared_bus".to_owned(),
            VerifyError::Work("shared bus challenges"),
        ),
        ("/work/bus".to_owned(), VerifyError::Work("bus challenges")),
        (
            "/work/out_of_domain".to_owned(),
            VerifyError::Work("out-of-domain point"),
        ),
        ("/opening/batch_pow_witness".to_owned(), VerifyError::Opening),
    ];
    let folds = proof["opening"]["commit_pow_witnesses"].as_array().unwrap();
    assert!(folds.len() > 1, "one fold is not several");
    for fold in 0..folds.len() {
        let place = format!("/opening/commit_pow_witnesses/{fold}");
        sites.push((place, VerifyError::Opening));
    }
    sites.push(("/opening/query_pow_witness".to_owned(), VerifyError::Opening));
    sites
}

thread_local! {
    /// At which site [`Idle`] does no work, counted from 0.
    static IDLE_AT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Poseidon2, with a transcript that does no work at one site and is right about everything else.
#[derive(Clone, Debug)]
struct Idle;

/// [`Commitment`] of [`Poseidon2Hash`], spelled out.
type Root = MerkleCap<Val, [Val; 9]>;

#[derive(Debug)]
struct IdleChallenger {
    inner: <Poseidon2Hash as Hash>::Challenger,
    /// How many sites it came to.
    num_sites: usize,
}

impl Hash for Idle {
    const NAME: &'static str = Poseidon2Hash::NAME;
    const COLLISION_BITS: u32 = Poseidon2Hash::COLLISION_BITS;
    const DIGEST_BYTES: usize = Poseidon2Hash::DIGEST_BYTES;

    type Mmcs = <Poseidon2Hash as Hash>::Mmcs;
    type Challenger = IdleChallenger;

    fn mmcs() -> Self::Mmcs {
        Poseidon2Hash::mmcs()
    }

    fn challenger() -> IdleChallenger {
        IdleChallenger {
            inner: Poseidon2Hash::challenger(),
            num_sites: 0,
        }
    }

    fn has_one_root(commitment: &Commitment<Self>) -> bool {
        Poseidon2Hash::has_one_root(commitment)
    }
}

impl CanObserve<Val> for IdleChallenger {
    fn observe(&mut self, value: Val) {
        self.inner.observe(value);
    }
}

impl CanObserve<Root> for IdleChallenger {
    fn observe(&mut self, root: Root) {
        self.inner.observe(root);
    }
}

impl CanSample<Val> for IdleChallenger {
    fn sample(&mut self) -> Val {
        self.inner.sample()
    }
}

impl CanSampleBits<usize> for IdleChallenger {
    fn sample_bits(&mut self, bits: usize) -> usize {
        self.inner.sample_bits(bits)
    }
}

impl FieldChallenger<Val> for IdleChallenger {}

impl GrindingChallenger for IdleChallenger {
    type Witness = Val;

    fn grind(&mut self, bits: usize) -> Val {
        let site = self.num_sites;
        self.num_sites += 1;
        if site != IDLE_AT.get() {
            return self.inner.grind(bits);
        }
        let is_wrong = |witness: &Val| !self.inner.clone().check_witness(bits, *witness);
        let witness = (0..100).map(Val::from_u32).find(is_wrong).unwrap();
        assert!(!self.inner.check_witness(bits, witness));
        witness
    }
}

/// Proofs that are right in everything but the work at one site: nothing else than the check of that work refuses
/// them.
#[test]
fn a_proof_without_the_work_of_one_site_is_refused() {
    let key = key(everywhere(3));
    let idle = self::key::<Idle>(everywhere(3));
    let (proof, last) = honest(&idle);
    assert_eq!(check(&key, last, &proof), Ok(()));
    for (site, (place, error)) in sites(&proof).into_iter().enumerate() {
        IDLE_AT.set(site);
        let (proof, last) = honest(&idle);
        assert_eq!(check(&key, last, &proof), Err(error), "{place}");
    }
}

/// With a witness in its place that is not the one that the challenges were drawn with. One in 2^10 would do as well,
/// so of several only one has to be refused for its work; the others for what follows from it.
#[test]
fn a_changed_witness_is_refused() {
    let key = key(everywhere(10));
    let (proof, last) = honest(&key);
    for (place, error) in sites(&proof) {
        let mut found = Vec::new();
        for change in 1..=4 {
            let mut changed = proof.clone();
            let witness = changed.pointer_mut(&place).unwrap();
            *witness = Value::from((witness.as_u64().unwrap() + change) % u64::from(Val::ORDER_U32));
            found.push(check(&key, last, &changed).expect_err(&place));
        }
        assert!(found.contains(&error), "{place}: {found:?}");
    }
}

#[test]
fn where_no_work_is_demanded_the_witness_is_zero() {
    let key = key(everywhere(0));
    let (proof, last) = honest(&key);
    assert_eq!(check(&key, last, &proof), Ok(()));
    for (place, error) in sites(&proof) {
        assert_eq!(proof.pointer(&place), Some(&Value::from(0)), "{place}");
        for witness in [1, Val::ORDER_U32 - 1] {
            let mut changed = proof.clone();
            *changed.pointer_mut(&place).unwrap() = Value::from(witness);
            assert_eq!(
                check(&key, last, &changed),
                Err(error.clone()),
                "{place}: {witness}"
            );
        }
    }
}

/// Without a shared bus, whatever work is demanded for one.
#[test]
fn the_witness_of_a_site_that_a_proof_does_not_have_is_zero() {
    let key: Key = try_key(&[], with_grinding(everywhere(3))).unwrap();
    let (mut proof, last) = honest(&key);
    assert_eq!(check(&key, last, &proof), Ok(()));
    proof["work"]["shared_bus"] = Value::from(1);
    let error = VerifyError::Work("shared bus challenges");
    assert_eq!(check(&key, last, &proof), Err(error));
}

/// Proofs that share challenges do not do the work for them: it is done once, beside them.
#[test]
fn the_work_for_shared_challenges_is_checked_where_it_is_done() {
    let key: Key = key(everywhere(10));
    let verifying = key.verifying_key();
    let (traces, last) = traces(&key);
    let early = commit_early(&key, &traces, None, &mut ()).unwrap();
    let (challenges, work) = shared_challenges(verifying, b"", &[early.statement()]);
    let proof = prove_sharing(&key, traces, early, challenges, &mut ()).unwrap();
    let public_values: &[&[Val]] = &[&[last], &[]];
    let verify = |proof: &Proof<_>, work| {
        let shared = SharedProof { proof, public_values };
        verify_together(verifying, b"", &[shared], work, 0)
    };
    assert_eq!(verify(&proof, work), Ok(()));
    let error = VerifyError::Work("shared bus challenges");
    let wrong = (1..=4).map(|change| work + Val::from_u32(change));
    let found: Vec<_> = wrong.map(|work| verify(&proof, work)).collect();
    assert!(found.contains(&Err(error.clone())), "{found:?}");

    let mut changed = serde_json::to_value(proof).unwrap();
    changed["work"]["shared_bus"] = Value::from(1);
    let changed: Proof<_> = serde_json::from_value(changed).unwrap();
    assert_eq!(verify(&changed, work), Err(error));
}

/// A mask of 32 and more bits may come out as 0, and then every witness would do.
#[test]
fn no_key_demands_more_work_than_a_witness_can_prove() {
    type Site = (&'static str, fn(&mut Grinding) -> &mut u8);
    let sites: [Site; 6] = [
        ("bus", |grinding| &mut grinding.bus),
        ("shared bus", |grinding| &mut grinding.shared_bus),
        ("out-of-domain", |grinding| &mut grinding.out_of_domain),
        ("batch", |grinding| &mut grinding.batch),
        ("fold", |grinding| &mut grinding.fold),
        ("query", |grinding| &mut grinding.query),
    ];
    for (site, bits_of) in sites {
        for bits in [MAX_GRINDING_BITS + 1, 31, 32, 33, 64, 255] {
            let mut grinding = everywhere(3);
            *bits_of(&mut grinding) = bits;
            let refused = try_key::<Poseidon2Hash>(&[BYTE], with_grinding(grinding)).err();
            let error = SetupError::Parameters(ParametersError::Grinding { site, bits });
            assert_eq!(refused, Some(error));
        }
    }
}
