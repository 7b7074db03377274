//! `cargo zisk completions`.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::error::Error;
use crate::terminal::Relay;

/// Print what has a shell complete this program's command lines
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

const AFTER_HELP: &str = "\
bash: cargo zisk completions bash > ~/.local/share/bash-completion/completions/cargo-zisk; then `cargo-zisk` is completed. For \
`cargo zisk` too, have ~/.bashrc source that file behind whatever completes cargo.
zsh: cargo zisk completions zsh > FOLDER/_cargo-zisk, where FOLDER is one of $fpath. cargo's own completions pass `cargo zisk` on to it.
fish: cargo zisk completions fish > ~/.config/fish/conf.d/cargo-zisk.fish. It completes both.
elvish, powershell: only `cargo-zisk` is completed.";

/// Passes on what cargo's own completion would not know: all words behind `cargo zisk` are those of `cargo-zisk`.
const BASH: &str = r#"
_cargo_zisk_before=$(complete -p cargo 2>/dev/null | sed -n 's/.* -F \([^ ]*\) .*/\1/p')
[[ $_cargo_zisk_before == _cargo_zisk_of_cargo ]] && _cargo_zisk_before=
_cargo_zisk_of_cargo() {
    if [[ ${COMP_WORDS[1]} == zisk && $COMP_CWORD -gt 1 ]]; then
        COMP_WORDS=(cargo-zisk "${COMP_WORDS[@]:2}")
        COMP_CWORD=$((COMP_CWORD - 1))
        _cargo_zisk cargo-zisk "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    elif [[ -n $_cargo_zisk_before ]]; then
        "$_cargo_zisk_before" "$@"
    fi
}
complete -o bashdefault -o default -F _cargo_zisk_of_cargo cargo
"#;

/// The same.
const FISH: &str = r"
function __cargo_zisk_of_cargo
    set -l words (commandline -opc)
    set -l behind (string escape -- $words[3..-1])
    complete -C (string join -- ' ' cargo-zisk $behind (commandline -ct))
end
function __cargo_zisk_is_meant
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = zisk
end
complete -c cargo -n __cargo_zisk_is_meant -f -a '(__cargo_zisk_of_cargo)'
";

impl Completions {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let text = match self.shell {
            // A name with a hyphen is written in two ways there, so that options of commands are not found. Only the last words of
            // the lines that register the function are the program's name.
            Shell::Bash => {
                generated(self.shell, "cargo_zisk").replace(" cargo_zisk\n", " cargo-zisk\n") + BASH
            }
            Shell::Fish => generated(self.shell, "cargo-zisk") + FISH,
            _ => generated(self.shell, "cargo-zisk"),
        };
        let mut stdout = Relay::new(io::stdout());
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .map_err(Error::Stdout)
    }
}

/// What clap makes of the command line's definition.
fn generated(shell: Shell, name: &str) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), name, &mut text);
    // It is made of strings.
    String::from_utf8_lossy(&text).into_owned()
}
