//! `cargo zisk disasm`.

use std::io::{BufWriter, Write};

use clap::Args;
use zisk_host::{ListedFunction, disassemble};

use crate::error::Error;
use crate::guests::OneGuest;
use crate::terminal::{FAINT, HEADING, visible};

/// Show a guest's instructions
#[derive(Debug, Args)]
pub(crate) struct Disasm {
    /// Show only functions with this in their name
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
    #[command(flatten)]
    guest: OneGuest,
}

impl Disasm {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let functions = disassemble(&elf)?;
        let mut stdout = BufWriter::new(anstream::stdout().lock());
        let mut is_empty = true;
        for function in &functions {
            let name = function.name().unwrap_or_else(|| "(no symbol)".to_owned());
            if self
                .function
                .as_ref()
                .is_some_and(|wanted| !name.contains(wanted))
            {
                continue;
            }
            is_empty = false;
            write_function(&mut stdout, function, &name).map_err(Error::Stdout)?;
        }
        stdout.flush().map_err(Error::Stdout)?;
        match &self.function {
            Some(wanted) if is_empty => Err(Error::NoSuchFunction {
                wanted: wanted.clone(),
            }),
            _ => Ok(()),
        }
    }
}

fn write_function(out: &mut impl Write, function: &ListedFunction<'_>, name: &str) -> std::io::Result<()> {
    let (address, name) = (function.address(), visible(name));
    writeln!(out, "{FAINT}{address:08x}{FAINT:#} {HEADING}<{name}>:{HEADING:#}")?;
    for instruction in function.instructions() {
        let bytes = hex::encode(instruction.bytes());
        let address = instruction.address();
        writeln!(out, "{FAINT}{address:8x}:  {bytes:<8}{FAINT:#}  {instruction}")?;
    }
    writeln!(out)
}
