//! Runs guest programs from an ordinary Rust program, and proves what they did.
//!
//! ```no_run
//! use zisk_host::{ImageId, Input, prove};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # const ELF: &[u8] = &[];
//! # const IMAGE_ID: ImageId = ImageId([0; 32]);
//! let receipt = prove(ELF, Input::new().write(&20_u32)?)?;
//! // Whoever gets the receipt does this.
//! receipt.verify(IMAGE_ID)?;
//! let fibonacci: u64 = receipt.journal.decode()?;
//! println!("{fibonacci}");
//! # Ok(())
//! # }
//! ```
//!
//! [`execute`] runs a guest without a proof, which is a thousand times faster; [`Prover`] has options. `ELF` and `IMAGE_ID`
//! come from [`include_guests!`] in a package whose build script calls `zisk_build::build_guest("../guest")`.

mod channels;
mod env;
mod error;
mod executed;
mod execution;
mod input;
mod listing;
pub mod profile;
mod prover;
mod scopes;

pub use env::{ExecutorEnv, execute};
pub use error::{ExecuteError, GuestTrap};
pub use executed::{Executed, execute_counting};
pub use execution::{Execution, Stats};
pub use input::{Input, InputError, SAVE_INPUT};
pub use listing::{ListedFunction, ListedInstruction, disassemble};
pub use prover::{
    COST_VERSION, ConstraintFailure, Estimate, Phase, ProofPlan, ProveError, Proven, Prover, ProverBuilder,
    ProverObserver, ProverStats, TableStats, WorkFolderError, check_constraints, image_id, prove, run_cost,
    table_stats,
};
#[cfg(feature = "faults")]
pub use prover::{Fill, Handed, Liar, Lie, Said};
pub use scopes::Scope;
pub use zisk_abi::exit;
pub use zisk_abi::test::MAX_CELLS;
pub use zisk_emulator::{InputTooLong, MemoryFault, MemoryFaultKind, Trap, TrapCause, WalkError};
pub use zisk_program::{ElfError, Frame, Location};
pub use zisk_stark::keep_freed_memory;
pub use zisk_verifier::{
    DecodeError, ImageId, ImageIdError, Journal, JournalError, Receipt, Retired, RetiredVersion, Security,
    VerifyError, VerifyOptions,
};

/// Defines the constants of the guests that this package's build script built: `ELF` and `IMAGE_ID` for one guest, or a
/// module with them for each of several.
#[macro_export]
macro_rules! include_guests {
    () => {
        include!(concat!(env!("OUT_DIR"), "/zisk_guests.rs"));
    };
}
