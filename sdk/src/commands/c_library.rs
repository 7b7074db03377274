//! `cargo zisk c-library`.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use zisk_build::build::CLibrary;

use crate::checkout::Checkout;
use crate::error::Error;

/// Compile what guests in C are linked with: library, headers and linker script
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CLibraryCommand {
    /// The folder to write to; it is made if need be
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
    /// Switch features of the library on: `free` reuses memory that was freed
    #[arg(short = 'F', long, value_name = "NAMES", value_delimiter = ',')]
    features: Vec<String>,
    /// Take the checkout of zisk in this folder, not the one that this program was built from
    #[arg(long, value_name = "FOLDER")]
    sdk_path: Option<PathBuf>,
    /// Do without the network
    #[arg(long)]
    offline: bool,
    /// Hide cargo's progress
    #[arg(short, long)]
    quiet: bool,
}

const AFTER_HELP: &str = "\
Prints the path of each file. With LIB for the folder, a guest in C is compiled by

  riscv64-unknown-elf-gcc -O2 -march=rv64imac -mabi=lp64 -mcmodel=medany -ffreestanding -nostdlib -static \\
      -I LIB/include main.c -L LIB -T LIB/guest.ld -lzisk -Wl,--gc-sections -o guest.elf

and run by `cargo zisk run --elf guest.elf`. The headers say what there is; examples/c-guest is a program.";

impl CLibraryCommand {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let checkout = match &self.sdk_path {
            Some(path) => Checkout::at(path)?,
            None => Checkout::origin()?,
        };
        let written = CLibrary::new(checkout.package("guest-std/c")?)
            .features(&self.features)
            .offline(self.offline)
            .quiet(self.quiet)
            .write_to(&self.output)?;
        let mut stdout = anstream::stdout().lock();
        for path in written {
            writeln!(stdout, "{}", path.display()).map_err(Error::Stdout)?;
        }
        stdout.flush().map_err(Error::Stdout)
    }
}
