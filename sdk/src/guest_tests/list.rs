//! Which tests there are.

use std::io;

use serde::Deserialize;
use zisk_host::{ExecutorEnv, Input};

use crate::error::Error;

/// A test, as its program lists it.
#[allow(clippy::option_option, reason = "an attribute may be there without a text")]
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(clippy::option_option, reason = "whether, and if so perhaps with what")]
pub(crate) struct Listed {
    pub(crate) name: String,
    /// Whether it is only run if that is asked for, and why.
    pub(crate) ignored: Option<Option<String>>,
    /// Whether it must panic, and with which text in its message.
    pub(crate) should_panic: Option<Option<String>>,
}

/// The input for a program of tests: the number of the test to run, or none for a list.
pub(crate) fn input(test: Option<u64>) -> Result<Input, Error> {
    Ok(Input::new().write(&test)?)
}

/// The tests of a program.
pub(crate) fn list(name: &str, elf: &[u8]) -> Result<Vec<Listed>, Error> {
    let no_list = |reason: String| Error::NoTestList {
        name: name.to_owned(),
        reason,
    };
    let env = ExecutorEnv::new().stdout(io::sink()).stderr(io::stderr());
    let execution = env.execute(elf, input(None)?)?;
    if execution.exit_code != zisk_host::exit::SUCCESS {
        return Err(no_list(format!(
            "it ended with exit code {}",
            execution.exit_code
        )));
    }
    execution
        .journal
        .decode()
        .map_err(|error| no_list(error.to_string()))
}
