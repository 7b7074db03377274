//! Segments of a run, replayed one after the other without a proof.

use zisk_machine::trace::{Guest, Replay};
use zisk_program::Program;
use zisk_stark::{BlindingSeed, Val};
use zisk_verifier::{Claim, ImageId};

use super::ProveError;
use super::first_pass::FirstPass;
use super::job::{Job, replay};
use super::segments::{Overview, Segments};
use crate::env::ExecutorEnv;
use crate::execution::Execution;
use crate::input::Input;

/// Instructions of a segment: as many as are proven at once where there is memory enough.
pub(crate) const SEGMENT: u64 = 1 << 21;

/// Runs a guest and looks at each of its segments, together with the public values of the run's end.
pub(super) fn for_each_segment(
    elf: &[u8],
    program: &Program,
    guest: &Guest,
    input: &Input,
    env: ExecutorEnv<'_>,
    mut look: impl FnMut(&Replay<'_>, &[Val]) -> Result<(), ProveError>,
) -> Result<Execution, ProveError> {
    let first = FirstPass::run(env, elf, program, input, SEGMENT, &[])?;
    let cuts: Vec<u64> = first
        .pieces
        .iter()
        .map(|piece| piece.counts.instructions())
        .collect();
    let machine = || first.machine(program, input);
    let overview = Overview::new(machine()?, &first.answers, &cuts, guest)?;
    let Execution {
        exit_code, journal, ..
    } = &first.execution;
    // Whose run it is, its end does not say.
    let claim = Claim::new(ImageId([0; 32]), *exit_code, journal.as_bytes());
    let end = claim.public_values();
    // Nothing is proven, so nothing is hidden.
    let no_seed = BlindingSeed::from_bytes([0; 32]);
    let mut segments = Segments::new(
        machine()?,
        &first.answers,
        &cuts,
        &overview,
        guest,
        input.encoded(),
        None,
    );
    while let Some((walked, early)) = segments.next()? {
        let job = Job::new(walked, early, &end, &no_seed);
        look(&replay(guest, &job, program, &first.code)?, &end)?;
    }
    Ok(first.execution)
}
