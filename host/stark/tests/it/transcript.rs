//! What the verifier reads of a proof, found out from the proof's type: each value is absorbed before whatever is drawn after
//! it, or bound by a root that is.

use std::cell::RefCell;
use std::collections::BTreeMap;

use p3_challenger::{CanObserve, CanSample, CanSampleBits, FieldChallenger, GrindingChallenger};
use p3_field::{PrimeCharacteristicRing, PrimeField32};
use p3_symmetric::MerkleCap;
use serde_json::Value;
use zisk_stark::{
    Commitment, Grinding, Hash, Message, Parameters, Poseidon2Hash, Proof, ProvingKey, Trace, Val,
    VerifyError, VerifyingKey, prove, verify,
};

use crate::tables::{ByteMessage, Honest, Small};

const LOG_HEIGHT: usize = 6;
const LOG_BYTES: usize = 9;

/// What happens to a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Event {
    Absorbed(String),
    Drawn(u32),
    /// So many bits, and which.
    DrawnBits(usize, usize),
}

thread_local! {
    static EVENTS: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

fn note(event: Event) {
    EVENTS.with_borrow_mut(|events| events.push(event));
}

/// The hash of receipts, whose transcript tells what happens to it.
#[derive(Clone, Copy, Debug)]
struct Told;

type Inner = <Poseidon2Hash as Hash>::Challenger;

#[derive(Clone, Debug)]
struct Telling(Inner);

impl Hash for Told {
    const NAME: &'static str = Poseidon2Hash::NAME;
    const COLLISION_BITS: u32 = Poseidon2Hash::COLLISION_BITS;
    const DIGEST_BYTES: usize = Poseidon2Hash::DIGEST_BYTES;

    type Mmcs = <Poseidon2Hash as Hash>::Mmcs;
    type Challenger = Telling;

    fn mmcs() -> Self::Mmcs {
        Poseidon2Hash::mmcs()
    }

    fn challenger() -> Telling {
        Telling(Poseidon2Hash::challenger())
    }

    fn has_one_root(commitment: &Commitment<Self>) -> bool {
        Poseidon2Hash::has_one_root(commitment)
    }
}

impl CanObserve<Val> for Telling {
    fn observe(&mut self, value: Val) {
        note(Event::Absorbed(value.to_string()));
        self.0.observe(value);
    }
}

impl CanObserve<MerkleCap<Val, [Val; 9]>> for Telling {
    fn observe(&mut self, root: MerkleCap<Val, [Val; 9]>) {
        note(Event::Absorbed(format!("{root:?}")));
        self.0.observe(root);
    }
}

impl CanSample<Val> for Telling {
    fn sample(&mut self) -> Val {
        let drawn: Val = self.0.sample();
        note(Event::Drawn(drawn.as_canonical_u32()));
        drawn
    }
}

impl CanSampleBits<usize> for Telling {
    fn sample_bits(&mut self, bits: usize) -> usize {
        let drawn = self.0.sample_bits(bits);
        note(Event::DrawnBits(bits, drawn));
        drawn
    }
}

impl FieldChallenger<Val> for Telling {}

impl GrindingChallenger for Telling {
    type Witness = Val;

    fn grind(&mut self, bits: usize) -> Val {
        self.0.grind(bits)
    }
}

type Key = VerifyingKey<Small, Told>;

/// A proof with every kind of round: fixed, early, main, LogUp, quotient, several folds.
fn proven(parameters: Parameters) -> (ProvingKey<Small, Told>, Proof<Told>, Val) {
    let honest = Honest::new(1);
    let mut fixed = honest.fixed.clone();
    fixed.values.resize(1 << LOG_BYTES, Val::ZERO);
    let tables = vec![(Small::Fibonacci, honest.no_fixed.clone()), (Small::Bytes, fixed)];
    let shared = [<ByteMessage<Val> as Message<Val>>::BUS];
    let key = ProvingKey::with_shared_buses(tables, &shared, parameters).unwrap();
    let rows = Honest::modular(key.verifying_key().num_active_rows(LOG_HEIGHT).unwrap());
    let (mut fibonacci, mut bytes) = (rows.fibonacci, rows.bytes);
    fibonacci.values.resize(fibonacci.width << LOG_HEIGHT, Val::ZERO);
    bytes.values.resize(bytes.width << LOG_BYTES, Val::ZERO);
    let trace = |main, public_values| Trace { main, public_values };
    let traces = vec![trace(fibonacci, vec![rows.last]), trace(bytes, vec![])];
    let proof = prove(&key, traces).unwrap();
    (key, proof, rows.last)
}

/// What verification says, and what happens to the transcript.
fn follow(key: &Key, last: Val, proof: &Value) -> (Result<(), VerifyError>, Vec<Event>) {
    let proof: Proof<Told> = serde_json::from_value(proof.clone()).expect("it is of the same type");
    EVENTS.take();
    let result = verify(key, &[&[last], &[]], &proof, 0);
    (result, EVENTS.take())
}

/// All numbers of a serialised proof, by where they stand in its type.
fn leaves(
    value: &Value,
    place: &str,
    path: &mut Vec<String>,
    found: &mut BTreeMap<String, Vec<Vec<String>>>,
) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                path.push(name.clone());
                leaves(value, &format!("{place}.{name}"), path, found);
                path.pop();
            }
        }
        Value::Array(entries) => {
            for (index, value) in entries.iter().enumerate() {
                path.push(index.to_string());
                leaves(value, &format!("{place}[]"), path, found);
                path.pop();
            }
        }
        Value::Number(_) => found.entry(place.to_owned()).or_default().push(path.clone()),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// How a value of a proof is bound to what the verifier draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    /// It is absorbed, and everything that is drawn later depends on it.
    Absorbed,
    /// It is a witness of work, which is absorbed where work is demanded; elsewhere only 0 will do.
    Work,
    /// A root that is absorbed has one opening, which this is of.
    Root,
}

/// Everything that the type of a proof has room for. A field that is added stands here with how it is bound, or the test
/// fails.
const PLACES: [(&str, Binding); 24] = [
    (".early.cap[][]", Binding::Absorbed),
    (".log_heights[]", Binding::Absorbed),
    (".logup.cap[][]", Binding::Absorbed),
    (".main.cap[][]", Binding::Absorbed),
    (".opening.batch_pow_witness", Binding::Work),
    (".opening.commit_phase_commits[].cap[][]", Binding::Absorbed),
    (
        ".opening.commit_phase_openings[].opening_proof.sibling_hashes[][]",
        Binding::Root,
    ),
    (
        ".opening.commit_phase_openings[].sibling_values[][].value[]",
        Binding::Root,
    ),
    (".opening.commit_pow_witnesses[]", Binding::Work),
    (".opening.final_poly[].value[]", Binding::Absorbed),
    (".opening.input_openings[].opened_values[][][]", Binding::Root),
    (
        ".opening.input_openings[].opening_proof.sibling_hashes[][]",
        Binding::Root,
    ),
    (".opening.query_pow_witness", Binding::Work),
    (".openings[].early[][].value[]", Binding::Absorbed),
    (".openings[].fixed[][].value[]", Binding::Absorbed),
    (".openings[].logup[][].value[]", Binding::Absorbed),
    (".openings[].main[][].value[]", Binding::Absorbed),
    (".openings[].quotient[].value[]", Binding::Absorbed),
    (".openings[].quotient_rest[].value[]", Binding::Absorbed),
    (".quotient.cap[][]", Binding::Absorbed),
    (".sums[].value[]", Binding::Absorbed),
    (".work.bus", Binding::Work),
    (".work.out_of_domain", Binding::Work),
    (".work.shared_bus", Binding::Work),
];

/// Adds 1 to a number of a serialised proof.
fn changed(proof: &Value, path: &[String]) -> Value {
    let mut changed = proof.clone();
    let mut place = &mut changed;
    for step in path {
        place = match place {
            Value::Array(entries) => &mut entries[step.parse::<usize>().unwrap()],
            other => &mut other[step.as_str()],
        };
    }
    let number = place.as_u64().unwrap();
    *place = if number + 1 == u64::from(Val::ORDER_U32) {
        0.into()
    } else {
        (number + 1).into()
    };
    changed
}

/// Where two transcripts begin to differ.
fn first_difference(one: &[Event], other: &[Event]) -> Option<usize> {
    let common = one
        .iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count();
    (common < one.len() || common < other.len()).then_some(common)
}

/// What is drawn: elements, and all bits together.
fn drawn(events: &[Event]) -> (Vec<u32>, Vec<usize>) {
    let elements = events.iter().filter_map(|event| match event {
        Event::Drawn(element) => Some(*element),
        Event::Absorbed(_) | Event::DrawnBits(..) => None,
    });
    let bits = events.iter().filter_map(|event| match event {
        Event::DrawnBits(_, bits) => Some(*bits),
        Event::Absorbed(_) | Event::Drawn(_) => None,
    });
    (elements.collect(), bits.collect())
}

fn inventory(parameters: Parameters, binding_is_checked: impl Fn(Binding) -> bool) {
    let has_work = parameters.grinding != Grinding::default();
    let (key, proof, last) = proven(parameters);
    let key = key.verifying_key();
    let proof = serde_json::to_value(&proof).unwrap();
    let (result, honest) = follow(key, last, &proof);
    assert_eq!(result, Ok(()));
    let mut found = BTreeMap::new();
    leaves(&proof, "", &mut Vec::new(), &mut found);
    let listed: Vec<&str> = PLACES.iter().map(|(place, _)| *place).collect();
    assert_eq!(found.keys().collect::<Vec<_>>(), listed, "what a proof holds");
    for (place, binding) in PLACES
        .into_iter()
        .filter(|(_, binding)| binding_is_checked(*binding))
    {
        let all = &found[place];
        let mut is_followed = false;
        for path in [0, all.len() / 2, all.len() - 1].map(|index| &all[index]) {
            let (result, events) = follow(key, last, &changed(&proof, path));
            assert!(result.is_err(), "{path:?} can be another");
            if events.is_empty() {
                // No proof of this key looks like that, whatever is drawn.
                continue;
            }
            is_followed = true;
            let difference = first_difference(&honest, &events);
            if binding == Binding::Root || (binding == Binding::Work && !has_work) {
                // Whoever is refused stops early, but has heard nothing else until then.
                assert!(difference.is_none_or(|at| at == events.len()), "{path:?}");
                continue;
            }
            let at = difference.unwrap_or_else(|| panic!("{path:?} is not absorbed"));
            let absorbed = [&honest, &events].map(|events| events.get(at));
            assert!(
                matches!(absorbed, [Some(Event::Absorbed(_)), Some(Event::Absorbed(_))]),
                "{path:?}: {absorbed:?}"
            );
            let [before, after] = [&honest, &events].map(|events| drawn(&events[at..]));
            assert!(!before.1.is_empty(), "something is drawn after {path:?}");
            let is_another = |(one, other): (&u32, &u32)| one != other;
            assert!(before.0.iter().zip(&after.0).all(is_another), "{path:?}");
            if binding == Binding::Absorbed {
                // Without work to be done again the whole transcript is followed: all challenges are others.
                assert_eq!(after.0.len(), before.0.len(), "{path:?}");
                assert_ne!(after.1, before.1, "{path:?}");
            }
        }
        assert!(is_followed, "{place}");
    }
}

#[test]
fn everything_in_a_proof_is_absorbed_before_what_depends_on_it_or_bound_by_a_root() {
    let without_work = Parameters {
        grinding: Grinding::default(),
        ..Parameters::fast_insecure_for_tests()
    };
    inventory(without_work, |_| true);
}

#[test]
fn witnesses_of_work_are_absorbed() {
    inventory(Parameters::fast_insecure_for_tests(), |binding| {
        binding == Binding::Work
    });
}
