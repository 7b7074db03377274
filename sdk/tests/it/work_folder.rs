//! Proofs that are stopped and go on.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use tempfile::TempDir;
use zisk_tests::guests::counting;

use crate::{Outcome, command, zisk, zisk_ok};

/// Proves in the folder `work`: about 12 segments.
const PROVE: [&str; 9] = [
    "prove",
    "--elf",
    "guest",
    "--max-segment",
    "400",
    "--work-dir",
    "work",
    "--output",
    "receipt",
];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("guest"), counting(1500, 0)).expect("a file");
    fs::write(folder.path().join("other"), counting(1501, 0)).expect("a file");
    folder
}

fn verify(folder: &Path) {
    let id = zisk_ok(folder, &["id", "--elf", "guest"]).stdout;
    zisk_ok(folder, &["verify", "receipt", "--image-id", id.trim()]);
}

/// The proofs of segments that are there.
fn proofs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(files) = fs::read_dir(folder.join("work")) else {
        return BTreeMap::new();
    };
    let files = files.map(|file| file.expect("a file"));
    let proofs = files.filter_map(|file| {
        let name = file.file_name().into_string().expect("a name of ours");
        let is_proof = file
            .path()
            .extension()
            .is_some_and(|extension| extension == "proof");
        let bytes = is_proof.then(|| fs::read(file.path()));
        Some((name, bytes?.expect("a file that can be read")))
    });
    proofs.collect()
}

fn work(folder: &Path, name: &str) -> std::path::PathBuf {
    folder.join("work").join(name)
}

/// A proof that is killed again and again, at any moment, goes on with every segment that was finished.
#[test]
fn a_killed_proof_goes_on_where_it_was() {
    const KILLS: usize = 20;
    let seed: u64 = rand::rng().next_u64();
    let mut random = ChaCha12Rng::seed_from_u64(seed);
    let folder = folder();
    let path = folder.path();
    let mut kills = 0;
    let mut before = proofs(path);
    while kills < KILLS {
        let mut child = command(path, &PROVE)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        sleep(Duration::from_millis(random.random_range(0..500)));
        if child.try_wait().expect("a child").is_some() {
            // It was faster: on with another one.
            verify(path);
            fs::remove_dir_all(path.join("work")).expect("a folder");
            before.clear();
            continue;
        }
        child.kill().expect("a child");
        child.wait().expect("a child");
        kills += 1;
        let now = proofs(path);
        if !work(path, "finished").exists() {
            for (name, bytes) in &before {
                assert!(now.get(name) == Some(bytes), "{name} was made again, seed {seed}");
            }
        }
        before = now;
    }
    zisk_ok(path, &PROVE);
    verify(path);
}

/// What is left in the end is the seal, and no seed: the file of the run is gone.
#[test]
fn a_finished_proof_leaves_nothing_private() {
    let folder = folder();
    let path = folder.path();
    zisk_ok(path, &PROVE);
    let files = fs::read_dir(path.join("work")).unwrap();
    let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["finished", "lock"]);
    // It need not be proven again.
    fs::remove_file(path.join("receipt")).unwrap();
    zisk_ok(path, &PROVE);
    verify(path);
}

/// Prepares the run: everything but proofs.
fn prepare(path: &Path) {
    zisk_ok(path, &[&PROVE[..7], &["--prepare"]].concat());
}

fn prove_segment(path: &Path, number: usize, guest: &str) -> Outcome {
    let job = format!("work/segment-{number:05}.job");
    zisk(path, &["prove-segment", &job, "--elf", guest])
}

#[test]
fn segments_can_be_proven_by_other_processes() {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    for number in [2, 3] {
        let outcome = prove_segment(path, number, "guest");
        assert_eq!(outcome.exit_code, 0, "{outcome:?}");
    }
    let outcome = prove_segment(path, 4, "other");
    assert_eq!(outcome.exit_code, 1);
    assert!(
        outcome.stderr.contains("the segment is one of program"),
        "{outcome:?}"
    );
    assert_eq!(proofs(path).len(), 2);
    zisk_ok(path, &PROVE);
    verify(path);
}

#[test]
fn what_is_no_job_is_an_error() {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    let honest = fs::read(work(path, "segment-00001.job")).unwrap();
    let half = &honest[..honest.len() / 2];
    for bytes in [&b""[..], b"zisk segment", &[0xff; 1000], half] {
        fs::write(work(path, "segment-00001.job"), bytes).unwrap();
        let outcome = prove_segment(path, 1, "guest");
        assert_eq!(outcome.exit_code, 1, "{outcome:?}");
        assert!(
            outcome.stderr.contains("this is no file with a segment"),
            "{outcome:?}"
        );
    }
}

/// Files that are damaged, or proofs of something else, are not used: what they should hold is made again.
#[test]
fn a_file_that_is_not_the_runs_own_is_made_again() {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    for number in 1..=4 {
        prove_segment(path, number, "guest");
    }
    let place = |number: usize| work(path, &format!("segment-{number:05}.proof"));
    // One flipped, one torn, one in the place of another, one of another run of the same program.
    let mut bytes = fs::read(place(1)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(place(1), bytes).unwrap();
    let bytes = fs::read(place(2)).unwrap();
    fs::write(place(2), &bytes[..bytes.len() / 3]).unwrap();
    fs::copy(place(3), place(5)).unwrap();
    let stranger = fs::read(place(4)).unwrap();
    // Without the file of the run there is another seed, and no proof is one of this run.
    fs::write(work(path, "run"), b"torn").unwrap();
    prepare(path);
    fs::write(place(4), stranger).unwrap();
    zisk_ok(path, &PROVE);
    verify(path);
}

#[test]
fn a_folder_is_of_one_run() {
    let folder = folder();
    let path = folder.path();
    prepare(path);
    let mut other = PROVE;
    other[2] = "other";
    for arguments in [&other[..], &[&PROVE[..], &["--no-hiding"]].concat()] {
        let outcome = zisk(path, arguments);
        assert_eq!(outcome.exit_code, 1, "{outcome:?}");
        assert!(
            outcome.stderr.contains("holds the proof of another run"),
            "{outcome:?}"
        );
    }
    let lock = File::create(work(path, "lock")).unwrap();
    lock.lock().unwrap();
    let outcome = zisk(path, &PROVE);
    assert_eq!(outcome.exit_code, 1, "{outcome:?}");
    assert!(
        outcome.stderr.contains("another process is proving"),
        "{outcome:?}"
    );
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path();
    prepare(path);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path.join("work")), 0o700);
    for name in ["run", "segment-00001.job"] {
        assert_eq!(mode(&work(path, name)), 0o600, "{name}");
    }
}

/// Ctrl-C ends a proof with what is finished, and says how to go on.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_finished_segments() {
    let folder = folder();
    let path = folder.path();
    let child = command(path, &PROVE)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started");
    // As soon as there is a proof to keep.
    while proofs(path).is_empty() {
        sleep(Duration::from_millis(5));
    }
    let pid = child.id().to_string();
    let killed = std::process::Command::new("kill").args(["-INT", &pid]).status();
    assert!(killed.expect("there is kill").success());
    let outcome = Outcome::from(child.wait_with_output().expect("a child"));
    // It may have been faster.
    if outcome.exit_code != 0 {
        assert_eq!(outcome.exit_code, 130, "{outcome:?}");
        assert!(
            outcome.stderr.contains("the same command goes on there"),
            "{outcome:?}"
        );
        assert!(!proofs(path).is_empty());
    }
    zisk_ok(path, &PROVE);
    verify(path);
}
