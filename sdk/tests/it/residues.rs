//! A generated project whose guest computes with residues of crypto-bigint, as it is on crates.io and with what takes its place.

use super::generated::Project;

const DEPENDENCIES: &str = r#"
crypto-bigint = { version = "0.5", default-features = false }
"#;

/// Commits sums, products and powers, of both kinds of residues and of three lengths; or, of the task 1, one power of 256 bits, and of
/// the task 2 one of 1,024 bits.
const GUEST: &str = r#"#![no_std]
#![no_main]

use crypto_bigint::modular::constant_mod::ResidueParams;
use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{U1024, U256, U320, Uint, const_residue, impl_modulus};
use zisk_guest::{io, journal};

zisk_guest::entry!(main);

impl_modulus!(Order, U256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

fn commit<const LIMBS: usize>(number: Uint<LIMBS>) {
    for word in number.to_words() {
        journal::commit(&word);
    }
}

/// Some number.
fn number<const LIMBS: usize>(seed: u64) -> Uint<LIMBS> {
    let mut word = seed | 1;
    Uint::from_words(core::array::from_fn(|_| {
        word = word.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(seed);
        word
    }))
}

fn arithmetic<const LIMBS: usize>(seed: u64) {
    for modulus in [number::<LIMBS>(seed) | Uint::ONE, Uint::MAX, Uint::from(seed | 1), Uint::ONE] {
        let params = DynResidueParams::new(&modulus);
        let numbers = [number(seed + 1), number(seed + 2), Uint::MAX, Uint::ZERO, Uint::ONE];
        for x in numbers.map(|x| DynResidue::new(&x, params)) {
            commit(x.square().to_montgomery());
            commit(x.pow(&Uint::<1>::from(65_537_u32)).to_montgomery());
            for y in numbers.map(|y| DynResidue::new(&y, params)) {
                let mut product = x * y;
                commit(product.retrieve());
                product *= &(x + y);
                commit((product - x).to_montgomery());
            }
        }
        // Nobody says that this is a residue.
        let x = DynResidue::from_montgomery(Uint::MAX, params);
        commit((x * x).to_montgomery());
        commit(x.square().to_montgomery());
    }
}

fn constants(seed: u64) {
    let (x, y): (U256, U256) = (number(seed), number(seed + 1));
    let (x_mod, y_mod) = (const_residue!(x, Order), const_residue!(y, Order));
    commit((x_mod * y_mod).retrieve());
    commit(x_mod.pow(&y).retrieve());
    commit(x_mod.invert().0.retrieve());
}

fn power<const LIMBS: usize>(seed: u64) {
    let params = DynResidueParams::new(&(number::<LIMBS>(seed) | Uint::ONE));
    let x = DynResidue::new(&number(seed + 1), params);
    zisk_guest::cycles::begin("power");
    let result = x.pow(&number::<4>(seed + 2));
    zisk_guest::cycles::end("power");
    commit(result.retrieve());
}

fn main() {
    let (task, seed): (u8, u64) = (io::read(), io::read());
    match task {
        0 => {
            arithmetic::<{ U256::LIMBS }>(seed);
            arithmetic::<{ U320::LIMBS }>(seed);
            arithmetic::<{ U1024::LIMBS }>(seed);
            constants(seed);
        }
        1 => power::<{ U256::LIMBS }>(seed),
        _ => power::<{ U1024::LIMBS }>(seed),
    }
}
"#;

const TASKS: [&str; 3] = ["00", "01", "02"];

fn inputs(task: &str) -> [&str; 4] {
    ["--input-hex", task, "--input-hex", "efcdab8967452301"]
}

/// What comes of it is the same, at a fraction of the instructions, and is proven.
#[test]
fn residues_become_fast_by_what_patch_does() {
    let project = Project::with_guest("residues", DEPENDENCIES, GUEST);
    let before = TASKS.map(|task| project.run(&inputs(task)));
    assert!(
        before[0].2.contains("`cargo zisk patch` makes"),
        "{}",
        before[0].2
    );
    let patched = project.zisk_ok(&["patch", "--quiet"]);
    for expected in ["made ", "patches/crypto-bigint", "updated crypto-bigint@0.5.5"] {
        assert!(patched.stdout.contains(expected), "{patched:?}");
    }
    assert_eq!(patched.stderr, "");
    let after = TASKS.map(|task| project.run(&inputs(task)));
    for (before, after) in before.iter().zip(&after) {
        assert!(before.0 == after.0, "{}\n{}", before.0, after.0);
    }
    for index in [1, 2] {
        let (slow, fast) = (before[index].1, after[index].1);
        assert!(slow > 2 * fast, "{slow} instructions became {fast}");
    }
    // Beneath, there are the integers of the original.
    assert!(!after[0].2.contains("warning"), "{}", after[0].2);
    assert_eq!(project.prove(&inputs("01")), after[1].0);
    let again = project.zisk_ok(&["patch", "--quiet"]);
    assert_eq!(again.stdout, "nothing to patch\n");
}
