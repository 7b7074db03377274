//! Takes receipts apart, and puts them together again.

use serde::{Deserialize, Serialize};
use zisk_host::{Journal, Receipt};
use zisk_machine::messages::SHARED_BUSES;
use zisk_machine::{Segment, Table};
use zisk_stark::{
    Commitment, Parameters, Proof, SharedStatement, Val, VerifyError, VerifyingKey, shared_challenges,
};
use zisk_verifier::{CONTEXT, Claim, Hash, ProgramCommitment};

/// What is written before a receipt's fields: what receipts begin with, and the version.
pub(crate) const HEADER: usize = 14;

/// A receipt with proofs, as it is encoded.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Parts {
    pub(crate) journal: Journal,
    seal: Kind,
}

#[derive(Clone, Serialize, Deserialize)]
enum Kind {
    Stark(Stark),
}

/// The seal of a receipt with proofs, as it is encoded.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Stark {
    pub(crate) program: ProgramCommitment,
    pub(crate) proofs: Vec<Proof<Hash>>,
    pub(crate) work: Val,
    pub(crate) hides_witness: bool,
}

/// The fields that a program's commitment is encoded as.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Program {
    pub(crate) root: Commitment<Hash>,
    pub(crate) log_heights: [u8; 2],
    pub(crate) entry: u32,
}

/// What one type is encoded as, read as another.
pub(crate) fn transcode<T: for<'a> Deserialize<'a>>(value: &impl Serialize) -> T {
    let bytes = postcard::to_allocvec(value).expect("it can be encoded");
    // What follows are fields that nobody asked for.
    let (read, _) = postcard::take_from_bytes(&bytes).expect("both are encoded alike");
    read
}

impl Parts {
    pub(crate) fn of(receipt: &Receipt) -> Self {
        transcode(receipt)
    }

    pub(crate) fn seal(&mut self) -> &mut Stark {
        let Kind::Stark(stark) = &mut self.seal;
        stark
    }

    /// The receipt that these are the parts of, through its bytes.
    pub(crate) fn receipt(&self, honest: &Receipt) -> Receipt {
        let mut bytes = honest.to_bytes();
        bytes.truncate(HEADER);
        bytes.extend(postcard::to_allocvec(self).expect("it can be encoded"));
        Receipt::from_bytes(&bytes).expect("it is well formed")
    }

    /// Does the work for what these proofs state of a run that ends so: whoever forges a receipt can, too.
    pub(crate) fn work(&mut self, exit_code: u32) {
        let journal = self.journal.as_bytes().to_vec();
        let seal = self.seal();
        let claim = Claim::new(seal.program.image_id(), exit_code, &journal);
        let claims = seal.program.run(&claim, seal.proofs.len());
        let statements: Vec<_> = seal
            .proofs
            .iter()
            .zip(claims)
            .map(|(proof, claim)| statement(proof, &claim.segment, &claim.end))
            .collect();
        let (_, work) = shared_challenges(&key(&seal.program), CONTEXT, &statements);
        seal.work = work;
    }
}

/// Tables that have messages for other segments, in the order of all tables.
const SHARING: [Table; 4] = [Table::Image, Table::Initial, Table::Passage, Table::Boundary];

/// What a proof states before the challenges, if it is one of this segment.
fn statement(proof: &Proof<Hash>, segment: &Segment, end: &[Val]) -> SharedStatement<Hash> {
    let (log_heights, early): (Vec<u8>, Option<Commitment<Hash>>) = transcode(proof);
    let of_sharing = Table::ALL.iter().zip(&log_heights);
    let log_heights: Vec<u8> = of_sharing
        .filter(|(table, _)| SHARING.contains(table))
        .map(|(_, log_height)| *log_height)
        .collect();
    assert_eq!(log_heights.len(), SHARING.len());
    let values = Table::ALL.map(|table| segment.public_values(table, end));
    transcode(&(log_heights, values.to_vec(), early))
}

/// The key that proofs of a program are verified with.
fn key(program: &ProgramCommitment) -> VerifyingKey<Table, Hash> {
    let Program {
        root, log_heights, ..
    } = transcode(program);
    let [rom, image] = log_heights;
    let tables = Table::ALL.map(|table| (table, table.fixed_log_height(rom, image)));
    let key = VerifyingKey::new(tables.to_vec(), &SHARED_BUSES, Some(root), Parameters::standard());
    key.expect("the program is known")
}

/// Whether proofs were refused, and not for the work alone, which any forger can do.
pub(crate) fn is_refused_beyond_work(result: &Result<(), zisk_host::VerifyError>) -> bool {
    const WORK: VerifyError = VerifyError::Work("shared bus challenges");
    matches!(result, Err(zisk_host::VerifyError::Proof { source, .. }) if *source != WORK)
}
