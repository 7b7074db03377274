use crate::testing::Program;
use zisk_isa::Op;

/// Ten instructions in three segments.
#[test]
fn honest_segments_hold() {
    let mut program = Program::default();
    for value in 0..6 {
        program.push(Op::Addi, 5, 5, 0, value);
    }
    for cuts in [&[][..], &[4], &[1, 9], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        assert_eq!(program.run_in_segments(cuts).check(), Ok(()), "{cuts:?}");
    }
}
