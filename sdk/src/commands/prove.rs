//! `cargo zisk prove`.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use clap::Args;
use serde::Serialize;
use zisk_host::{ExecutorEnv, ProveError, Proven, Prover, ProverBuilder};

use crate::calibration::Calibration;
use crate::error::Error;
use crate::guests::OneGuest;
use crate::inputs::Inputs;
use crate::interrupt::Interruptible;
use crate::journal_text::JournalText;
use crate::machine::{peak_rss_bytes, vectors};
use crate::progress_bar::ProofBar;
use crate::receipts;
use crate::terminal::{self, Relay, grouped};

/// Build a guest, execute it and prove what it did
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Prove {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    guest: OneGuest,
    /// Write the receipt to this file
    #[arg(short, long, value_name = "FILE", help_heading = "Proof")]
    output: Option<PathBuf>,
    /// Prove nothing, and write a receipt for development that only `verify --dev-mode` accepts
    #[arg(long, help_heading = "Proof")]
    dev_mode: bool,
    /// Prove the run also if the guest fails: such a receipt is verified with the guest's exit code
    #[arg(long = "prove-failure", help_heading = "Proof")]
    also_failure: bool,
    #[command(flatten)]
    options: ProofOptions,
    /// Keep finished segments in this folder, and go on there if it holds the same run. What it holds is private until
    /// the proof is finished
    #[arg(long, value_name = "FOLDER", help_heading = "Proof")]
    work_dir: Option<PathBuf>,
    /// Prove nothing, and leave in the folder a file for each segment for `prove-segment`
    #[arg(
        long,
        requires = "work_dir",
        conflicts_with = "dev_mode",
        help_heading = "Proof"
    )]
    prepare: bool,
    /// Print one JSON object on standard output, and everything else on standard error
    #[arg(long, help_heading = "Proof")]
    json: bool,
}

/// How a run is proven.
#[derive(Debug, Args)]
#[command(next_help_heading = "Proof")]
pub(crate) struct ProofOptions {
    /// Use so many threads; without it, as many as the machine has cores
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,
    /// Take no more memory than this, such as 4G or 512M; without it, as much as the machine has free, less a tenth
    #[arg(long, value_name = "BYTES", value_parser = parse_size)]
    max_memory: Option<u64>,
    /// Cut the run in segments of at most so many instructions, also where memory allows for longer ones
    #[arg(long, value_name = "NUMBER")]
    max_segment: Option<u64>,
    /// Do not hide the input and the run in the receipt
    #[arg(long)]
    no_hiding: bool,
}

impl ProofOptions {
    /// How fast proofs are with these options.
    pub(crate) fn calibration(&self) -> Calibration {
        let threads = self.threads.or_else(|| available_parallelism().ok());
        Calibration::new(vectors(), threads.map_or(1, Into::into))
    }

    pub(crate) fn builder<'a>(&self) -> ProverBuilder<'a> {
        let builder = Prover::builder().hiding(!self.no_hiding);
        let builder = match self.max_memory {
            Some(bytes) => builder.max_memory(bytes),
            None => builder,
        };
        let builder = match self.max_segment {
            Some(instructions) => builder.max_segment(instructions),
            None => builder,
        };
        match self.threads {
            Some(threads) => builder.threads(threads.into()),
            None => builder,
        }
    }
}

/// A number of bytes: digits, and K, M, G or T for powers of 1024.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let unit = match text[digits.len()..]
        .to_ascii_uppercase()
        .trim_end_matches("IB")
        .trim_end_matches('B')
    {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err("expected a number and K, M, G or T, such as 4G".to_owned()),
    };
    let number: u64 = digits
        .parse()
        .map_err(|_| "expected a number, such as 4G".to_owned())?;
    number
        .checked_mul(1 << unit)
        .ok_or_else(|| "more than there can be".to_owned())
}

const AFTER_HELP: &str = "\
The JSON object has image_id, exit_code, journal (hexadecimal), instructions, segments, cells, seconds, khz, receipt_bytes, \
peak_rss_bytes, security_bits, zero_knowledge.";

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    image_id: String,
    exit_code: u32,
    journal: String,
    instructions: u64,
    segments: u64,
    cells: u64,
    seconds: f64,
    khz: f64,
    receipt_bytes: usize,
    peak_rss_bytes: u64,
    security_bits: u32,
    zero_knowledge: bool,
}

impl Report {
    fn new(proven: &Proven, receipt_bytes: usize) -> Self {
        let (receipt, stats) = (&proven.receipt, &proven.stats);
        let seconds = stats.elapsed.as_secs_f64();
        let security = receipt.security();
        Self {
            image_id: receipt.image_id().to_string(),
            exit_code: proven.exit_code,
            journal: hex::encode(receipt.journal.as_bytes()),
            instructions: stats.instructions,
            segments: stats.segments,
            cells: stats.cells,
            seconds,
            khz: stats.instructions as f64 / seconds / 1e3,
            receipt_bytes,
            peak_rss_bytes: peak_rss_bytes(),
            security_bits: security.bits,
            zero_knowledge: security.zero_knowledge,
        }
    }
}

/// What was asked for.
enum Done {
    Proven(Proven),
    /// So many segments wait for others to prove them.
    Prepared(u64),
}

impl Prove {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let elf = self.guest.elf()?;
        let input = self.inputs.read()?;
        let text: Box<dyn Write> = if self.json {
            Box::new(io::stderr())
        } else {
            Box::new(io::stdout())
        };
        let mut text = Relay::new(text);
        let mut messages = Relay::new(io::stderr());
        let env = ExecutorEnv::new().stdout(&mut text).stderr(&mut messages);
        let prover = self
            .options
            .builder()
            .proves_failure(self.also_failure)
            .dev_mode(self.dev_mode);
        let prover = match &self.work_dir {
            Some(folder) => prover.work_dir(folder),
            None => prover,
        };
        let calibration = self.options.calibration();
        let bar = ProofBar::new().announcing(calibration.clone());
        let observer = Interruptible::new(bar).map_err(Error::Interrupt)?;
        let result = prover.observer(observer).build().and_then(|mut prover| {
            if self.prepare {
                prover.prepare_in(env, &elf, input).map(Done::Prepared)
            } else {
                prover.prove_in(env, &elf, input).map(Done::Proven)
            }
        });
        text.end_line().map_err(Error::Stdout)?;
        // Nothing depends on whether standard error is read.
        let _ = messages.end_line();
        let proven = match result.map_err(|error| self.stopped(error))? {
            Done::Proven(proven) => proven,
            Done::Prepared(segments) => {
                let message = format!("{segments} segments for `cargo zisk prove-segment`");
                terminal::progress("Prepared", &message);
                return Ok(());
            }
        };
        // Only of a proof that was made from its beginning it is known how long it takes.
        if self.work_dir.is_none() {
            let stats = &proven.stats;
            calibration.learn(stats.segments, stats.cells, stats.elapsed);
        }
        let bytes = proven.receipt.to_bytes();
        if let Some(path) = &self.output {
            receipts::write(path, &bytes)?;
        }
        self.show(&proven, &Report::new(&proven, bytes.len()))
            .map_err(Error::Stdout)
    }

    /// What it means that the proof was cancelled: nothing is lost where it is kept.
    fn stopped(&self, error: ProveError) -> Error {
        match (error, &self.work_dir) {
            (ProveError::Cancelled, Some(folder)) => Error::Stopped {
                folder: folder.clone(),
            },
            (error, _) => error.into(),
        }
    }

    fn show(&self, proven: &Proven, report: &Report) -> io::Result<()> {
        let mut stdout = Relay::new(io::stdout());
        if self.json {
            serde_json::to_writer(&mut stdout, report)?;
            writeln!(stdout)?;
            return stdout.flush();
        }
        writeln!(stdout, "{}", JournalText(proven.receipt.journal.as_bytes()))?;
        stdout.flush()?;
        let message = format!(
            "{} instructions in {:.2} s, {:.0} kHz; receipt of {} bytes; {} MB of memory at most",
            grouped(report.instructions),
            report.seconds,
            report.khz,
            grouped(report.receipt_bytes as u64),
            grouped(report.peak_rss_bytes / 1_000_000),
        );
        if self.dev_mode {
            terminal::warning("made in development mode: this receipt proves nothing");
        }
        terminal::progress(if self.dev_mode { "Executed" } else { "Proved" }, &message);
        terminal::progress("Image id", &report.image_id);
        Ok(())
    }
}
