use alloc::vec;
use alloc::vec::Vec;

use p3_air::{Air, BaseAir, WindowAccess};
use p3_field::PrimeCharacteristicRing;
use p3_matrix::dense::RowMajorMatrix;
use zisk_stark::checker::{Rows, check};
use zisk_stark::{Count, Interactions, TableBuilder, Val};

use super::{Access, RegisterAccessColumns};
use crate::cells::columns;
use crate::messages::{Memory, Range16, Space};

columns! {
    /// An access of a register, or what it is balanced against: a state in the beginning and in the end, and a number.
    struct TestColumns {
        is_real: T,
        old: T,
        new: T,
        time: T,
        access: RegisterAccessColumns<T>,
        looked_up: T,
    }
}

#[derive(Clone, Copy, Debug)]
enum TestTable {
    Accesses,
    Others,
}

impl BaseAir<Val> for TestTable {
    fn width(&self) -> usize {
        TestColumns::<Val>::WIDTH
    }
}

impl<B: TableBuilder> Air<B> for TestTable {
    fn eval(&self, builder: &mut B) {
        let columns = TestColumns::of_row(builder.main().current_slice());
        let value = |limb: B::Var| [limb.into(), B::Expr::ZERO, B::Expr::ZERO, B::Expr::ZERO];
        let (space, address) = (B::Expr::from_u32(Space::Register as u32), B::Expr::from_u32(7));
        let time: B::Expr = columns.time.into();
        match self {
            Self::Accesses => {
                let (old, new) = (value(columns.old), value(columns.new));
                let access = Access {
                    space,
                    address,
                    old,
                    new,
                    time,
                };
                columns.access.eval(builder, access, columns.is_real.into());
            }
            Self::Others => {
                let state = |limb: B::Var, time: B::Expr| Memory {
                    space: space.clone(),
                    address: address.clone(),
                    value: value(limb),
                    time,
                };
                let is_real = || Count::bounded(columns.is_real.into(), 1);
                builder.send(state(columns.old, columns.access.old_time.into()), is_real());
                builder.receive(state(columns.new, time), is_real());
                builder.provide(
                    Range16 {
                        value: columns.looked_up.into(),
                    },
                    B::Expr::ONE,
                );
            }
        }
    }
}

/// Whether a chain of accesses at these times holds, from a first time on.
fn holds(times: &[u32]) -> bool {
    let row = |is_real: bool, values: [usize; 2], times: [u32; 2], looked_up: u32| {
        let mut row = vec![Val::ZERO; TestColumns::<Val>::WIDTH];
        TestColumns {
            is_real: Val::from_bool(is_real),
            old: Val::from_usize(values[0]),
            new: Val::from_usize(values[1]),
            time: Val::from_u32(times[1]),
            access: RegisterAccessColumns {
                old_time: Val::from_u32(times[0]),
            },
            looked_up: Val::from_u32(looked_up),
        }
        .store(&mut row);
        row
    };
    let (mut accesses, mut others) = (Vec::new(), Vec::new());
    let last = times.len() - 1;
    for (index, pair) in times.windows(2).enumerate() {
        accesses.extend(row(true, [index, index + 1], [pair[0], pair[1]], 0));
        // Only numbers of 16 bits can be looked up.
        let between = pair[1].wrapping_sub(pair[0]).wrapping_sub(1) & 0xffff;
        others.extend(row(index == 0, [0, last], [times[0], times[last]], between));
    }
    let [accesses, others] =
        [accesses, others].map(|values| RowMajorMatrix::new(values, TestColumns::<Val>::WIDTH));
    let fixed = RowMajorMatrix::new(Vec::new(), 0);
    let rows = |name, table, main| Rows {
        name,
        table,
        main,
        fixed: &fixed,
        public_values: &[],
    };
    check(&[
        rows("accesses", &TestTable::Accesses, &accesses),
        rows("others", &TestTable::Others, &others),
    ])
    .is_ok()
}

#[test]
fn accesses_of_a_register_are_a_chain_forward_in_time() {
    assert!(holds(&[0, 1, 2, 0x1_0002, 0x1_0102]));
    assert!(holds(&[0xff_0000, 0xff_ffff]));
    // 2^16 and more times between, none, and less than none.
    assert!(!holds(&[0, 1, 0x1_0002]));
    assert!(!holds(&[5, 5]));
    assert!(!holds(&[5, 4]));
    assert!(!holds(&[0x2_0000, 0x1_0000, 0x1_0001]));
}
