use sha2::{Digest, Sha256};
use zisk_host::{Execution, ExecutorEnv, Prover};

use super::{ELF, IMAGE_ID, Published, Region, input, paint};

/// How the guest ended, and what it printed about it.
fn publish(size: (u32, u32), region: Region, pixels: &[u8]) -> (Execution, String) {
    let mut stderr = Vec::new();
    let input = input(size, region, pixels).unwrap();
    let execution = ExecutorEnv::new()
        .stderr(&mut stderr)
        .execute(ELF, input)
        .unwrap();
    (execution, String::from_utf8(stderr).unwrap())
}

/// Blurs the whole picture with floating-point weights, then cuts the region out.
fn expected((width, height): (u32, u32), region: Region, pixels: &[u8]) -> Vec<u8> {
    let (width, height) = (i64::from(width), i64::from(height));
    let pixel = |x: i64, y: i64| {
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        f64::from(pixels[(y * width + x) as usize])
    };
    let blurred = |x: i64, y: i64| {
        let mut sum = 0.0;
        for (dy, row_weight) in [(-1, 0.25), (0, 0.5), (1, 0.25)] {
            for (dx, column_weight) in [(-1, 0.25), (0, 0.5), (1, 0.25)] {
                sum += pixel(x + dx, y + dy) * row_weight * column_weight;
            }
        }
        sum as u8
    };
    let (left, top) = (i64::from(region.0), i64::from(region.1));
    let rows = top..top + i64::from(region.3);
    rows.flat_map(|y| (left..left + i64::from(region.2)).map(move |x| (x, y)))
        .map(|(x, y)| blurred(x, y))
        .collect()
}

#[test]
fn journal_holds_the_blurred_region() {
    for (size, region) in [
        ((1, 1), (0, 0, 1, 1)),
        ((40, 24), (0, 0, 40, 24)),
        ((37, 50), (7, 9, 30, 11)),
    ] {
        let pixels = paint(size.0, size.1);
        let (execution, stderr) = publish(size, region, &pixels);
        assert_eq!((execution.exit_code, stderr.as_str()), (0, ""));
        let digest: [u8; 32] = Sha256::digest(&pixels).into();
        let published: Published = execution.journal.decode().unwrap();
        assert_eq!(published, (size, digest, region, expected(size, region, &pixels)));
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let pixels = paint(8, 8);
    for (size, region, reason) in [
        ((8, 8), (4, 4, 5, 1), "WrongRegion"),
        ((8, 8), (4, 4, u32::MAX, u32::MAX), "WrongRegion"),
        ((9, 8), (0, 0, 1, 1), "WrongSize"),
        ((u32::MAX, u32::MAX), (0, 0, 1, 1), "WrongSize"),
    ] {
        let (execution, stderr) = publish(size, region, &pixels);
        assert_eq!(execution.exit_code, 1);
        assert!(stderr.contains(reason), "{stderr}");
        assert!(execution.journal.as_bytes().is_empty());
    }
}

#[test]
fn a_receipt_is_of_this_guest() {
    let input = input((4, 4), (1, 1, 2, 2), &paint(4, 4)).unwrap();
    for hiding in [true, false] {
        let mut prover = Prover::builder().hiding(hiding).build().unwrap();
        let receipt = prover.prove(ELF, &input).unwrap().receipt;
        assert_eq!(receipt.verify(IMAGE_ID), Ok(()));
    }
}
