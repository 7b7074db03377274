//! The options that make up a guest's input, in the order in which they were given.

use std::io::Read;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use zisk_host::Input;

use crate::error::Error;

const FILE: &str = "input";
const HEX: &str = "input_hex";
const STDIN: &str = "stdin";
const SAVED: &str = "saved_input";

/// The frames of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inputs {
    frames: Vec<Frame>,
    /// All of it, in place of frames.
    saved: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Frame {
    File(PathBuf),
    Bytes(Vec<u8>),
    Stdin,
}

impl Inputs {
    /// Reads what the options name.
    pub(crate) fn read(&self) -> Result<Input, Error> {
        if let Some(path) = &self.saved {
            return Ok(Input::load(path)?);
        }
        self.frames
            .iter()
            .try_fold(Input::new(), |input, frame| match frame {
                Frame::File(path) => {
                    let bytes = std::fs::read(path).map_err(|source| Error::InputFile {
                        path: path.clone(),
                        source,
                    })?;
                    Ok(input.write_slice(&bytes))
                }
                Frame::Bytes(bytes) => Ok(input.write_slice(bytes)),
                Frame::Stdin => {
                    let mut bytes = Vec::new();
                    std::io::stdin()
                        .lock()
                        .read_to_end(&mut bytes)
                        .map_err(Error::Stdin)?;
                    Ok(input.write_slice(&bytes))
                }
            })
    }
}

/// Hexadecimal digits, with or without `0x`; blanks and `_` may separate them.
fn parse_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text).replace([' ', '_'], "");
    hex::decode(digits).map_err(|error| match error {
        hex::FromHexError::OddLength => "a byte has two hexadecimal digits, and one is left over".to_owned(),
        hex::FromHexError::InvalidHexCharacter { c, .. } => format!("{c:?} is no hexadecimal digit"),
        hex::FromHexError::InvalidStringLength => error.to_string(),
    })
}

// Written by hand because a derived struct keeps a list for each option and loses the order between them.
impl Args for Inputs {
    fn augment_args(command: Command) -> Command {
        command.next_help_heading("Input").args([
            Arg::new(FILE)
                .long("input")
                .value_name("FILE")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help("The guest's next input: the content of a file. Can be repeated and mixed with the others"),
            Arg::new(HEX)
                .long("input-hex")
                .value_name("HEX")
                .action(ArgAction::Append)
                .value_parser(parse_hex)
                .help("The guest's next input: these bytes"),
            Arg::new(STDIN)
                .long("stdin")
                .action(ArgAction::SetTrue)
                .help("The guest's next input: all of standard input"),
            Arg::new(SAVED)
                .long("saved-input")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .conflicts_with_all([FILE, HEX, STDIN])
                .help(
                    "All of the input, as a host saved it: with ZISK_SAVE_INPUT=FILE in its environment, a host \
                     writes the input of each run to FILE",
                ),
        ])
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Inputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut frames: Vec<(usize, Frame)> = Vec::new();
        let files = matches
            .get_many::<PathBuf>(FILE)
            .unwrap_or_default()
            .cloned()
            .map(Frame::File);
        frames.extend(matches.indices_of(FILE).unwrap_or_default().zip(files));
        let bytes = matches
            .get_many::<Vec<u8>>(HEX)
            .unwrap_or_default()
            .cloned()
            .map(Frame::Bytes);
        frames.extend(matches.indices_of(HEX).unwrap_or_default().zip(bytes));
        if matches.value_source(STDIN) == Some(ValueSource::CommandLine) {
            frames.extend(matches.index_of(STDIN).map(|index| (index, Frame::Stdin)));
        }
        frames.sort_by_key(|(index, _)| *index);
        Ok(Self {
            frames: frames.into_iter().map(|(_, frame)| frame).collect(),
            saved: matches.get_one::<PathBuf>(SAVED).cloned(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Inputs, clap::Error> {
        let command = Inputs::augment_args(Command::new("run").no_binary_name(true));
        Inputs::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    #[test]
    fn frames_keep_the_order_of_the_command_line() {
        let given = [
            "--input-hex",
            "01",
            "--input=a",
            "--stdin",
            "--input-hex=02 03",
            "--input",
            "b",
        ];
        let expected = [
            Frame::Bytes(vec![1]),
            Frame::File("a".into()),
            Frame::Stdin,
            Frame::Bytes(vec![2, 3]),
            Frame::File("b".into()),
        ];
        assert_eq!(parse(&given).unwrap().frames, expected);
        assert_eq!(
            parse(&["--stdin", "--input-hex", ""]).unwrap().frames,
            [Frame::Stdin, Frame::Bytes(vec![])]
        );
        assert_eq!(parse(&[]).unwrap(), Inputs::default());
    }

    #[test]
    fn standard_input_can_be_given_once() {
        let error = parse(&["--stdin", "--stdin"]).unwrap_err();
        assert_eq!(error.kind(), clap::error::ErrorKind::ArgumentConflict);
    }

    #[test]
    fn hexadecimal_digits_are_checked() {
        assert_eq!(parse_hex("0xDEad_be ef"), Ok(vec![0xde, 0xad, 0xbe, 0xef]));
        assert!(parse_hex("123").unwrap_err().contains("left over"));
        assert!(parse_hex("1g").unwrap_err().contains("'g'"));
        assert!(parse(&["--input-hex", "xyz"]).is_err());
    }

    #[test]
    fn frames_reach_the_guest_in_that_order() {
        let inputs = parse(&["--input-hex", "05", "--input-hex", ""]).unwrap();
        assert_eq!(inputs.read().unwrap(), Input::from_bytes(&[5]).write_slice(&[]));
    }

    #[test]
    fn missing_file_is_named() {
        let error = parse(&["--input", "no/such/file"]).unwrap().read().unwrap_err();
        assert!(error.to_string().contains("no/such/file"), "{error}");
    }

    #[test]
    fn a_saved_input_stands_alone_and_is_read_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input");
        let input = Input::new().write_slice(b"one").write_slice(b"");
        input.save(&path).unwrap();
        let path = path.to_str().unwrap();
        assert_eq!(parse(&["--saved-input", path]).unwrap().read().unwrap(), input);
        assert!(parse(&["--saved-input", path, "--stdin"]).is_err());
        std::fs::write(path, b"short").unwrap();
        let error = parse(&["--saved-input", path]).unwrap().read().unwrap_err();
        assert!(error.to_string().contains("no saved input"), "{error}");
    }
}
